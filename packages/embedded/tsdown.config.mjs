import { defineConfig } from 'tsdown'

/**
 * The server runs in its own process, so its program is a second file next to the library.
 * `clean` is off because a build must not delete that program while tests start servers.
 */
export default defineConfig({ entry: ['src/index.ts', 'src/server-process.ts'], clean: false })
