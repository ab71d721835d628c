import { execFileSync } from 'node:child_process'

import fc from 'fast-check'

/*
 * Random tests of a commit are the same each time they run, and others on the next commit: whoever reads of a failure can repeat it. `RUNSPAN_SEED=7` takes other ones.
 */

function seedOfCommit(): number {
  try {
    const commit = execFileSync('git', ['rev-parse', 'HEAD'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] })
    return Number.parseInt(commit.slice(0, 7), 16)
  } catch {
    // the sources without their repository
    return 1
  }
}

fc.configureGlobal({ seed: Number(process.env['RUNSPAN_SEED'] ?? seedOfCommit()) })

export { fc }
