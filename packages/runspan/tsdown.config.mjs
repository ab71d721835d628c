import { defineConfig } from 'tsdown'

/** The command line is a file of its own beside the library. */
export default defineConfig({ entry: { index: 'src/index.ts', cli: 'src/cli/cli.ts' } })
