#!/usr/bin/env node
import('../dist/cli.js').catch((error) => {
  // what cannot even be loaded: without a stack, as most often the shell allows too few open files
  const fix =
    error.code === 'EMFILE' || error.code === 'ENFILE'
      ? 'Allow this shell more open files (ulimit -n 1024), and try again.'
      : ''
  process.stderr.write(`runspan: it cannot be loaded: ${error.message}. ${fix}\n`)
  process.exitCode = 1
})
