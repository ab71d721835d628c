import { copyFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

import { defineConfig } from 'tsdown'

/**
 * Every package is ES modules. `require` reaches the same instance through a one-line CommonJS entry: Node 20.19 and later
 * load ES modules by `require`, so there is one copy of the code and of its state.
 */
export default defineConfig({
  workspace: 'packages/*',
  entry: ['src/index.ts'],
  format: 'esm',
  platform: 'node',
  target: 'node20.19',
  fixedExtension: false,
  dts: true,
  sourcemap: true,
  clean: true,
  logLevel: 'warn',
  hooks: {
    'build:done': ({ options }) => {
      // a package with its own hooks would lose these: the embedded server's program is started through its .cjs
      for (const entry of Object.keys(options.entry)) {
        writeFileSync(join(options.outDir, `${entry}.cjs`), `module.exports = require('./${entry}.js')\n`)
      }
      copyFileSync(join(options.outDir, 'index.d.ts'), join(options.outDir, 'index.d.cts'))
    },
  },
})
