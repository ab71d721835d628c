import { mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'

import { Sender, Spool } from '@runspan/spool'

import { alternate, cpuSeconds, median, progress, QUICK, row } from './measure.mjs'
import { emptyTables, insertJson, mergesDone, sizes, startServer } from './server.mjs'
import { jsonLine, spanRows } from './spans.mjs'

const SPANS = QUICK ? 300_000 : 1_000_000
/** JSON is three times as slow: the same time needs fewer rows. */
const JSON_SPANS = QUICK ? 100_000 : 400_000
const DAYS = 4
const INSERT_ROWS = 100_000

/** Writes segments to disk, as an application leaves them. */
function fillSpool(directory, count) {
  const spool = new Spool({ directory, maxBytes: 8 * 2 ** 30 })
  for (const span of spanRows(count, DAYS)) spool.add('otel_traces', span)
  spool.close()
}

async function jsonBodies(count) {
  const bodies = []
  let lines = []
  for (const span of spanRows(count, DAYS)) {
    if (lines.push(jsonLine(span)) === INSERT_ROWS) {
      bodies.push(Buffer.from(lines.join('\n')))
      lines = []
    }
  }
  if (lines.length > 0) bodies.push(Buffer.from(lines.join('\n')))
  return bodies
}

export async function bench() {
  const { clickhouse, server, dataDir, stop } = await startServer()
  let onDisk = []
  try {
    /** Returns rows a second and CPU a row from the first insert to the end of the last merge. */
    const measured = async (count, insert) => {
      await mergesDone(clickhouse)
      const cpuBefore = cpuSeconds(server.pid)
      const begin = performance.now()
      await insert()
      const inserted = performance.now()
      const end = Math.max(inserted, await mergesDone(clickhouse))
      const [{ rows }] = await clickhouse.query('SELECT toFloat64(count()) AS rows FROM otel_traces')
      if (rows !== count) throw new Error(`${rows} rows in otel_traces, ${count} were sent`)
      const result = {
        rate: (count / (end - begin)) * 1000,
        insertRate: (count / (inserted - begin)) * 1000,
        cpu: ((cpuSeconds(server.pid) - cpuBefore) / count) * 1e6,
      }
      progress(`ingest: ${Math.round(result.rate)} rows/s, ${result.cpu.toFixed(1)} CPU µs/span`)
      return result
    }
    const results = await alternate(
      {
        native: async () => {
          await emptyTables(clickhouse)
          const directory = mkdtempSync(join(dataDir, 'spool-'))
          fillSpool(directory, SPANS)
          const target = {
            prepare: async () => undefined,
            insertNative: (table, blocks, token) => clickhouse.insertNative(table, blocks, token),
          }
          const sender = new Sender({ directory, target })
          const result = await measured(SPANS, async () => {
            const { error, rows } = await sender.send()
            if (error !== null || rows !== SPANS) throw error ?? new Error(`${rows} rows sent`)
          })
          await sender.stop()
          rmSync(directory, { recursive: true })
          onDisk = await sizes(clickhouse)
          return result
        },
        json: async () => {
          await emptyTables(clickhouse)
          const bodies = await jsonBodies(JSON_SPANS)
          return measured(JSON_SPANS, async () => {
            for (const body of bodies) await insertJson(server, 'otel_traces', body)
          })
        },
      },
      { warmUp: 1 }, // a server that has just started must still allocate its memory
    )
    const of = (name, key) => results[name].map((result) => result[key])
    const native = `Native, ${INSERT_ROWS.toLocaleString('en')} rows an insert, all views`
    return {
      rows: [
        row(`${native}, merges awaited`, 'rows/s', of('native', 'rate')),
        row(`${native}, merges going on`, 'rows/s', of('native', 'insertRate')),
        row('JSONEachRow, the same, merges awaited', 'rows/s', of('json', 'rate')),
        row(`${native}, merges included`, 'server CPU µs/span', of('native', 'cpu')),
        row('JSONEachRow, the same, merges included', 'server CPU µs/span', of('json', 'cpu')),
        ...onDisk
          .filter(({ rows }) => rows > 1000)
          .map(({ table, bytes }) => row(`${table} on disk, by spans sent`, 'bytes/span', [bytes / SPANS])),
        row('all tables on disk', 'bytes/span', [onDisk.reduce((sum, { bytes }) => sum + bytes, 0) / SPANS]),
      ],
      ratios: {
        spansPerSecond: median(of('native', 'rate')),
        nativeVsJsonEachRow: median(of('native', 'rate')) / median(of('json', 'rate')),
      },
    }
  } finally {
    await stop()
  }
}
