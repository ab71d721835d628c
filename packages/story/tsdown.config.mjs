import { defineConfig } from 'tsdown'

import { bundled } from '../../scripts/bundled.mjs'

/**
 * The few pure functions of analytics that sentences rest on are bundled: a face that words a duration, and a page in a browser,
 * would otherwise load all questions and the database's client.
 */
export default defineConfig({ deps: { alwaysBundle: bundled(/^@runspan\/(?!model$)/) } })
