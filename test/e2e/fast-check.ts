import { execFileSync } from 'node:child_process'

import fc from 'fast-check'

/*
 * Returns a seed from the sources: random tests of the same sources are the same each time, and change with the sources, so
 * that a failure can be reproduced. `RUNSPAN_SEED=7` selects another one.
 */

function seedOfSources(): number {
  try {
    const tree = execFileSync('git', ['rev-parse', 'HEAD:packages'], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    })
    return Number.parseInt(tree.slice(0, 7), 16)
  } catch {
    // the sources without their repository
    return 1
  }
}

fc.configureGlobal({ seed: Number(process.env['RUNSPAN_SEED'] ?? seedOfSources()) })

export { fc }
