import { defineConfig } from 'tsdown'

/**
 * The server runs in a process of its own, so its program is a second file beside the library.
 * `clean` is off because a build must not pull that program from under tests that start servers meanwhile.
 */
export default defineConfig({ entry: ['src/index.ts', 'src/server-process.ts'], clean: false })
