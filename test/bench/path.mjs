import { mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'

import { collectorProgram, startCollector } from '../servers/otelcol.mjs'
import { runProgram, startProgram } from './child.mjs'
import { alternate, cpuSeconds, median, progress, QUICK, residentBytes, row } from './measure.mjs'
import { emptyTables, mergesDone, startServer } from './server.mjs'
import { TASKS_A_RUN } from './spans.mjs'

const RUNS = QUICK ? 3000 : 12_000
const SPANS = RUNS * (TASKS_A_RUN + 1)
const MOST_WAIT_MS = 120_000

/** Returns CPU microseconds a span of each process, from `span.end()` to merged rows. */
async function direct(place) {
  const directory = mkdtempSync(join(place.dataDir, 'spool-'))
  const { url, user, password, database } = place.server
  const sender = await startProgram('./sender-program.mjs', {
    directory,
    connection: { url, user, password, database },
  })
  const app = await runProgram('./path-program.mjs', { subject: 'spool', runs: RUNS, directory })
  const sent = await sender.ask()
  rmSync(directory, { recursive: true })
  return { app: app.cpuSeconds, between: sent.cpuSeconds, residentBytes: sent.residentBytes, givenUp: 0 }
}

async function throughReceiver(place) {
  const directory = mkdtempSync(join(place.dataDir, 'spool-'))
  const { url, user, password, database } = place.server
  const receiver = await startProgram('./receiver-program.mjs', {
    directory,
    connection: { url, user, password, database },
  })
  const app = await runProgram('./path-program.mjs', { subject: 'otlp', runs: RUNS, port: receiver.ready.port })
  const received = await receiver.ask()
  rmSync(directory, { recursive: true })
  const { givenUp } = app
  return { app: app.cpuSeconds, between: received.cpuSeconds, residentBytes: received.residentBytes, givenUp }
}

async function throughCollector(program, place) {
  const collector = await startCollector(program, place.server)
  try {
    const before = cpuSeconds(collector.pid)
    const app = await runProgram('./path-program.mjs', { subject: 'otlp', runs: RUNS, port: collector.port })
    await allStored(place.clickhouse, collector, SPANS - app.givenUp)
    return {
      app: app.cpuSeconds,
      between: cpuSeconds(collector.pid) - before,
      residentBytes: residentBytes(collector.pid),
      givenUp: app.givenUp,
    }
  } finally {
    await collector.stop()
  }
}

/** Does not wait for spans that the exporter gave up, though they may have arrived. */
async function allStored(clickhouse, collector, least) {
  const begin = Date.now()
  for (;;) {
    const [{ rows }] = await clickhouse.query('SELECT toFloat64(count()) AS rows FROM otel_traces')
    if (rows >= least) return
    if (Date.now() - begin > MOST_WAIT_MS) throw new Error(`${rows} of ${least} spans were stored. ${collector.said()}`)
    await delay(200)
  }
}

async function compare(program, views) {
  const place = await startServer({ views })
  try {
    const measured = (name, go) => async () => {
      await emptyTables(place.clickhouse)
      await mergesDone(place.clickhouse)
      const before = cpuSeconds(place.server.pid)
      const { app, between, residentBytes: resident, givenUp } = await go()
      await mergesDone(place.clickhouse)
      const server = cpuSeconds(place.server.pid) - before
      const [{ rows }] = await place.clickhouse.query('SELECT toFloat64(count()) AS rows FROM otel_traces')
      if (rows < SPANS - givenUp) throw new Error(`${rows} of ${SPANS} spans were stored, ${givenUp} given up`)
      const each = (seconds) => (seconds / SPANS) * 1e6
      const result = {
        app: each(app),
        between: each(between),
        server: each(server),
        total: each(app + between + server),
        resident,
        givenUp,
      }
      progress(
        `path: ${name}${views ? ', all views' : ''}: ${result.app.toFixed(1)} + ${result.between.toFixed(1)} + ${result.server.toFixed(1)} = ${result.total.toFixed(1)} CPU µs/span`,
      )
      return result
    }
    return await alternate(
      {
        direct: measured('direct', () => direct(place)),
        collector: measured('collector', () => throughCollector(program, place)),
        receiver: measured('receiver', () => throughReceiver(place)),
      },
      { warmUp: 1 },
    )
  } finally {
    await place.stop()
  }
}

export async function bench() {
  const program = collectorProgram()
  if (program === undefined) return { rows: [], ratios: {}, skipped: 'needs Go' }
  const none = await alternate({ none: () => runProgram('./path-program.mjs', { subject: 'none', runs: RUNS }) })
  const bare = await compare(program, false)
  const views = await compare(program, true)
  const unit = 'CPU µs/span'
  const rows = [
    row(
      'making and ending the spans, no exporter',
      unit,
      none.none.map(({ cpuSeconds: s }) => (s / SPANS) * 1e6),
    ),
  ]
  const names = {
    direct: ['spool and sender', 'sender'],
    collector: ['OTLP protobuf, SDK defaults, Go collector', 'collector'],
    receiver: ['OTLP protobuf, SDK defaults, our receiver', 'receiver'],
  }
  for (const [label, results] of [
    ["the collector's tables only", bare],
    ['all views', views],
  ]) {
    for (const [key, [name, between]] of Object.entries(names)) {
      const of = (part) => results[key].map((result) => result[part])
      rows.push(
        row(`${name}, ${label}: application`, unit, of('app')),
        row(`${name}, ${label}: ${between}`, unit, of('between')),
        row(`${name}, ${label}: ClickHouse with merges`, unit, of('server')),
        row(`${name}, ${label}: all`, unit, of('total')),
        row(
          `${name}, ${label}: resident, ${between}`,
          'MB',
          of('resident').map((bytes) => bytes / 1e6),
        ),
        ...(of('givenUp').some((spans) => spans > 0)
          ? [row(`${name}, ${label}: given up by the exporter`, 'spans', of('givenUp'))]
          : []),
      )
    }
  }
  // whole processes; both include creating the spans (the first row)
  const all = (results, key) => median(results[key].map(({ total }) => total))
  const between = (results, key) => median(results[key].map((result) => result.between))
  const behind = (results, key) => median(results[key].map((result) => result.between + result.server))
  return {
    rows,
    ratios: {
      otlpCollectorVsDirect: all(bare, 'collector') / all(bare, 'direct'),
      otlpCollectorVsDirectWithViews: all(views, 'collector') / all(views, 'direct'),
      otlpCollectorVsReceiver: behind(bare, 'collector') / behind(bare, 'receiver'),
      otlpCollectorVsReceiverWithViews: behind(views, 'collector') / behind(views, 'receiver'),
      collectorProcessVsReceiverProcess: between(bare, 'collector') / between(bare, 'receiver'),
    },
  }
}
