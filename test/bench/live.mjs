import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

import { runProgram } from './child.mjs'
import { alternate, median, progress, QUICK, row } from './measure.mjs'

const OPEN_RUNS = QUICK ? 1000 : 10_000
const ROUNDS = QUICK ? 2 : 5

/** Costs of watching: many open runs, many listeners, a process that ends with all of it open, CPU by task. */
export async function bench() {
  const measure = (subject) => async () => {
    const directory = mkdtempSync(join(tmpdir(), 'runspan-bench-live-'))
    try {
      const result = await runProgram('./live-program.mjs', { subject, directory, runs: OPEN_RUNS })
      progress(`live: ${subject} ${JSON.stringify(result)}`)
      return result
    } finally {
      rmSync(directory, { recursive: true })
    }
  }
  const results = await alternate(
    {
      open: measure('open'),
      listeners: measure('listeners'),
      awaits: measure('awaits'),
      attributed: measure('attributed'),
      ending: endingWithOpenRuns,
    },
    { rounds: ROUNDS },
  )
  const of = (subject, key) => results[subject].map((result) => result[key])
  const difference = of('attributed', 'nanosecondsPerAwait').map((on, i) => on - of('awaits', 'nanosecondsPerAwait')[i])
  return {
    rows: [
      row(`${OPEN_RUNS} open runs, with their start records: memory of each`, 'kB', of('open', 'kilobytesPerRun')),
      row(`${OPEN_RUNS} open runs: CPU of heartbeats and journal, 35 s`, '% of a core', of('open', 'percentOfCore')),
      row('1,000 listeners: an event for each', 'µs', of('listeners', 'microsecondsPerEvent')),
      row('an await', 'ns', of('awaits', 'nanosecondsPerAwait')),
      row('an await, CPU attributed to tasks', 'ns', of('attributed', 'nanosecondsPerAwait')),
      row(`SIGTERM with ${OPEN_RUNS} open runs, until the process is gone`, 'ms', of('ending', 'milliseconds')),
    ],
    ratios: {
      attributionNanosecondsPerAwait: median(difference),
      openRunsVsOnePercentOfCore: 1 / median(of('open', 'percentOfCore')),
    },
  }
}

/** Measures how long a process takes to end runs and tasks, and to record that, when a signal ends it. */
async function endingWithOpenRuns() {
  const directory = mkdtempSync(join(tmpdir(), 'runspan-bench-live-'))
  const file = fileURLToPath(new URL('live-program.mjs', import.meta.url))
  const child = spawn(process.execPath, [file, JSON.stringify({ subject: 'ending', directory, runs: OPEN_RUNS })], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  await once(child.stdout, 'data')
  const start = performance.now()
  child.kill('SIGTERM')
  await once(child, 'exit')
  rmSync(directory, { recursive: true })
  const milliseconds = performance.now() - start
  progress(`live: ending ${milliseconds.toFixed(0)} ms`)
  return { milliseconds }
}
