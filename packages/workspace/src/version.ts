import { createRequire } from 'node:module'

/** Version of Runspan: all packages have the same. */
export const VERSION: string = (
  createRequire(import.meta.url)('@runspan/workspace/package.json') as { version: string }
).version
