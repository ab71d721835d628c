import { defineConfig } from 'tsdown'

import { bundled } from '../../scripts/bundled.mjs'

/** Only the one used function of uuid is bundled: uuid is 20 files, which every start would open. */
export default defineConfig({ deps: { alwaysBundle: bundled(/^uuid$/), onlyBundle: ['uuid'] } })
