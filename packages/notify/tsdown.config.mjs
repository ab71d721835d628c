import { defineConfig } from 'tsdown'

import { bundled } from '../../scripts/bundled.mjs'

/** The used part of zod is bundled: zod is 100 files, 60 of them languages, which every start would open. */
export default defineConfig({ deps: { alwaysBundle: bundled(/^zod(?:\/|$)/), onlyBundle: ['zod'] } })
