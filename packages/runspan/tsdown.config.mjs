import { defineConfig } from 'tsdown'

/** The command line is a separate file next to the library. */
export default defineConfig({ entry: { index: 'src/index.ts', cli: 'src/cli/cli.ts' } })
