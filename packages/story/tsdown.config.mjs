import { defineConfig } from 'tsdown'

import { bundled } from '../../scripts/bundled.mjs'

/**
 * The few pure functions of analytics that sentences use are bundled: otherwise code that words a duration, or a page in a
 * browser, would load all questions and the database's client.
 */
export default defineConfig({ deps: { alwaysBundle: bundled(/^@runspan\/(?!model$)/) } })
