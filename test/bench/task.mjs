import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { runProgram, startListener } from './child.mjs'
import { alternate, median, progress, QUICK, row } from './measure.mjs'

const RUNS = QUICK ? 1000 : 4000
/** What the original, a Python module, takes a task where it is quickest: writes deferred, kept in memory. Measured once, on another day. */
const ORIGINAL_MICROSECONDS = 35

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
    })
    const cpu = (name) => results[name].map(({ microseconds }) => microseconds)
    const delay = (name) => results[name].map(({ p99Milliseconds }) => p99Milliseconds)
    const names = {
      none: 'the same calls, nothing recorded',
      otel: 'OpenTelemetry span, batch processor, OTLP protobuf over HTTP',
      tracked: 'tracked task, spool on disk, metrics off',
      measured: 'tracked task, spool on disk, metrics on',
    }
    return {
      rows: [
        ...Object.entries(names).map(([key, name]) => row(name, 'CPU µs/task', cpu(key))),
        row('the original (Python), deferred in memory, as recorded', 'CPU µs/task', [ORIGINAL_MICROSECONDS]),
        ...Object.entries(names).map(([key, name]) => row(`${name}: p99 delay of the event loop`, 'ms', delay(key))),
      ],
      ratios: {
        bareOtelSpanVsTask: median(cpu('otel')) / median(cpu('tracked')),
        metricsMicroseconds: median(cpu('measured')) - median(cpu('tracked')),
        originalDeferredVsTask: ORIGINAL_MICROSECONDS / median(cpu('tracked')),
      },
    }
  } finally {
    sink.stop()
  }
}
