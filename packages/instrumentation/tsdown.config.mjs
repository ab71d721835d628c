import { defineConfig } from 'tsdown'

import { bundled } from '../../scripts/bundled.mjs'

/** `node --import @runspan/instrumentation/register` loads a file of its own. uuid is bundled with what is used of it: every start would open all its files. */
export default defineConfig({
  entry: ['src/index.ts', 'src/register.ts'],
  deps: { alwaysBundle: bundled(/^uuid(?:\/|$)/), onlyBundle: ['uuid'] },
})
