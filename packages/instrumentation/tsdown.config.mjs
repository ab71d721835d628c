import { defineConfig } from 'tsdown'

import { bundled } from '../../scripts/bundled.mjs'

/**
 * `node --import @runspan/instrumentation/register` loads a separate file. The used part of uuid is bundled: otherwise every
 * start would open all its files.
 */
export default defineConfig({
  entry: ['src/index.ts', 'src/register.ts'],
  deps: { alwaysBundle: bundled(/^uuid(?:\/|$)/), onlyBundle: ['uuid'] },
})
