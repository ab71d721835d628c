import { mkdtempSync } from 'node:fs'
import { join } from 'node:path'

import { runProgram } from './child.mjs'
import { progress, QUICK, row } from './measure.mjs'
import { startServer } from './server.mjs'

/** Numbers of spans after which memory is measured. */
const MARKS = QUICK ? [100_000, 500_000, 1_000_000] : [1_000_000, 5_000_000, 10_000_000]

/**
 * One pass: it takes minutes, and only the slope matters. Each value is the median of the last twentieth before a mark.
 */
export async function bench() {
  const place = await startServer()
  try {
    const { url, user, password, database } = place.server
    const directory = mkdtempSync(join(place.dataDir, 'spool-'))
    const { marks, stored, seconds } = await runProgram('./memory-program.mjs', {
      marks: MARKS,
      directory,
      connection: { url, user, password, database },
    })
    progress(`memory: ${MARKS.at(-1)} spans in ${seconds.toFixed(0)} s`)
    const [{ rows }] = await place.clickhouse.query('SELECT toFloat64(count()) AS rows FROM otel_traces')
    if (rows !== stored) throw new Error(`${rows} spans in otel_traces, ${stored} were ended`)
    const text = (count) => `resident after ${count.toLocaleString('en')} spans through spool and sender`
    return {
      rows: [
        ...marks.map(({ spans, residentBytes }) => row(text(spans), 'bytes', residentBytes)),
        row('whole stretch', 'spans/s', [stored / seconds]),
      ],
      ratios: {},
    }
  } finally {
    await place.stop()
  }
}
