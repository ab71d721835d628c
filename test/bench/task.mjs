import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { runProgram, startListener } from './child.mjs'
import { alternate, median, progress, QUICK, row } from './measure.mjs'

const RUNS = QUICK ? 1000 : 4000
/**
 * Microseconds a task in the Python original, in its fastest mode: deferred writes, kept in memory. Measured once, on another
 * day.
 */
const ORIGINAL_MICROSECONDS = 35
/** Same with files: at first; after 2,000 tasks it is 65,000. */
const ORIGINAL_FILES_MICROSECONDS = 7000

export async function bench() {
  const sink = await startListener('./sink.mjs')
  const measure = (subject) => async () => {
    const directory = mkdtempSync(join(tmpdir(), 'runspan-bench-task-'))
    try {
      const result = await runProgram('./task-program.mjs', { subject, runs: RUNS, directory, port: sink.port })
      progress(`task: ${subject} ${result.microseconds.toFixed(1)} CPU µs a task`)
      return result
    } finally {
      rmSync(directory, { recursive: true })
    }
  }
  try {
    const results = await alternate({
      none: measure('none'),
      otel: measure('otel'),
      tracked: measure('tracked'),
      measured: measure('measured'),
      everything: measure('everything'),
    })
    const cpu = (name) => results[name].map(({ microseconds }) => microseconds)
    const delay = (name) => results[name].map(({ p99Milliseconds }) => p99Milliseconds)
    const names = {
      none: 'the same calls, nothing recorded',
      otel: 'OpenTelemetry span, batch processor, OTLP protobuf over HTTP',
      tracked: 'tracked task, spool on disk, metrics off',
      measured: 'tracked task, spool on disk, metrics on',
      everything: 'tracked task, metrics, events, heartbeats and crash journal on',
    }
    return {
      rows: [
        ...Object.entries(names).map(([key, name]) => row(name, 'CPU µs/task', cpu(key))),
        row('the original (Python), deferred in memory, as recorded', 'CPU µs/task', [ORIGINAL_MICROSECONDS]),
        row('the original (Python), files, as recorded at its best', 'µs/task', [ORIGINAL_FILES_MICROSECONDS]),
        ...Object.entries(names).map(([key, name]) => row(`${name}: p99 delay of the event loop`, 'ms', delay(key))),
      ],
      ratios: {
        bareOtelSpanVsTask: median(cpu('otel')) / median(cpu('tracked')),
        metricsMicroseconds: median(cpu('measured')) - median(cpu('tracked')),
        originalDeferredVsTask: ORIGINAL_MICROSECONDS / median(cpu('tracked')),
        bareOtelSpanVsEverything: median(cpu('otel')) / median(cpu('everything')),
        originalDeferredVsEverything: ORIGINAL_MICROSECONDS / median(cpu('everything')),
        originalFilesVsEverything: ORIGINAL_FILES_MICROSECONDS / median(cpu('everything')),
      },
    }
  } finally {
    sink.stop()
  }
}
