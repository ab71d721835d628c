// npm run demo: builds, then runs the demo. It first says what it is doing, since the build takes some seconds.
process.stderr.write('Building Runspan, a few seconds…\n')
await import('./build.mjs')
await import('../packages/runspan/bin/runspan.js')
