import { defineConfig } from 'tsdown'

import { bundled } from '../../scripts/bundled.mjs'

/** zod is bundled with what is used of it: it is 120 files, 60 of them languages, which every start would open. */
export default defineConfig({
  deps: { alwaysBundle: bundled(/^zod(?:\/|$)/), onlyBundle: ['zod'] },
})
