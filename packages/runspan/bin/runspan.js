#!/usr/bin/env node
import { readFileSync } from 'node:fs'

const [verb] = process.argv.slice(2)
if (verb === '--version' || verb === '-V') {
  // scripts ask for it again and again: nothing is loaded for it
  const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'))
  process.stdout.write(`${version}\n`)
} else {
  import('../dist/cli.js')
    .then(({ run }) => run())
    .catch((error) => {
      // what cannot even be loaded: without a stack, as most often the shell allows too few open files
      const tooFew = error.code === 'EMFILE' || error.code === 'ENFILE'
      const fix = tooFew ? ' Allow this shell more open files (ulimit -n 1024), and try again.' : ''
      process.stderr.write(`runspan: it cannot be loaded: ${error.message}.${fix}\n`)
      process.exitCode = 1
    })
}
