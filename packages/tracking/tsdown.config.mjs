import { defineConfig } from 'tsdown'

import { bundled } from '../../scripts/bundled.mjs'

/** uuid is bundled with the one function that is used of it: it is 20 files, which every start would open. */
export default defineConfig({ deps: { alwaysBundle: bundled(/^uuid$/), onlyBundle: ['uuid'] } })
