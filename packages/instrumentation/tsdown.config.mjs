import { defineConfig } from 'tsdown'

import { bundled } from '../../scripts/bundled.mjs'

/**
 * `node --import @runspan/instrumentation/register` loads a file of its own.
 * zod and uuid are bundled with what is used of them: they are 120 files, 60 of them languages, which every start would open.
 */
export default defineConfig({
  entry: ['src/index.ts', 'src/register.ts'],
  deps: { alwaysBundle: bundled(/^(?:zod|uuid)(?:\/|$)/), onlyBundle: ['zod', 'uuid'] },
})
