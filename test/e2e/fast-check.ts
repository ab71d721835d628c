import { execFileSync } from 'node:child_process'

import fc from 'fast-check'

/*
 * Random tests of the same sources are the same each time they run, and others once a source has changed: whoever reads of a failure can repeat it. `RUNSPAN_SEED=7` takes other ones.
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
