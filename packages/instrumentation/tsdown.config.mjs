import { defineConfig } from 'tsdown'

/** `node --import @runspan/instrumentation/register` loads a file of its own. */
export default defineConfig({ entry: ['src/index.ts', 'src/register.ts'] })
