// npm run demo: builds, then runs the demo; whoever waits is told at once what for.
process.stderr.write('Building Runspan, a few seconds…\n')
await import('./build.mjs')
await import('../packages/runspan/bin/runspan.js')
