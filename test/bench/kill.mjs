import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'

import { collectorProgram, startCollector } from '../servers/otelcol.mjs'
import { SpanLoad } from '../servers/span-load.mjs'
import { progress, QUICK, row } from './measure.mjs'
import { emptyTables, startServer } from './server.mjs'

/*
 * Not a race: counts the acknowledged spans that are left when receiver and server are killed in turn under load. Four
 * clients, three spans a request.
 */

/** The server is killed in each third: an owner gives up after five restarts in a minute. */
const ROUNDS = QUICK ? 3 : 9
const BETWEEN_MS = 1500
/**
 * Milliseconds without a new span after which none is expected; a collector retries after pauses of up to half a minute.
 */
const QUIET_MS = 40_000

const program = (name, ...args) =>
  spawn(process.execPath, [fileURLToPath(new URL(`../e2e/children/${name}.mjs`, import.meta.url)), ...args], {
    stdio: ['ignore', 'pipe', 'ignore'],
  })

async function ours({ dataDir, server }) {
  const { url, user, password, database } = server
  const spool = mkdtempSync(join(dataDir, 'spool-'))
  const connection = JSON.stringify({ url, user, password, database })
  let child
  let port = '0'
  const start = async () => {
    child = program('receiving', spool, port)
    const [line] = await once(child.stdout, 'data')
    port = line.toString().trim()
  }
  await start()
  const over = new AbortController()
  const sending = (async () => {
    while (!over.signal.aborted)
      await once(program('sending', spool, connection, '0', join(dataDir, 'intervals')), 'exit')
  })()
  return {
    url: () => `http://127.0.0.1:${port}`,
    async killAndStart() {
      child.kill('SIGKILL')
      await once(child, 'exit')
      await start()
    },
    async stop() {
      over.abort()
      await sending
      child.kill('SIGKILL')
      await once(child, 'exit')
    },
  }
}

const collector = (otelcol, configuration) => async (place) => {
  const env = { QUEUE_DIRECTORY: mkdtempSync(join(place.dataDir, 'queue-')) }
  let running = await startCollector(otelcol, place.server, configuration, env)
  return {
    url: () => running.url,
    async killAndStart() {
      await running.kill()
      running = await startCollector(otelcol, place.server, configuration, env)
    },
    stop: () => running.kill(),
  }
}

async function survivors(place, start) {
  await emptyTables(place.clickhouse)
  const receiver = await start(place)
  const load = new SpanLoad(receiver.url)
  for (let round = 0; round < ROUNDS; round++) {
    await delay(BETWEEN_MS)
    if (round % 3 !== 2) await receiver.killAndStart()
    else process.kill(place.server.pid, 'SIGKILL') // the process that started it restarts it
  }
  await delay(BETWEEN_MS)
  await load.stop()
  const rows = await settled(place.clickhouse)
  await receiver.stop()
  const stored = new Map(rows.map(({ name, n }) => [name, n]))
  return {
    acknowledged: load.acknowledged.length,
    lost: load.acknowledged.filter((name) => !stored.has(name)).length,
    twice: rows.filter(({ n }) => n > 1).length,
  }
}

async function settled(clickhouse) {
  let [known, since] = [-1, Date.now()]
  while (Date.now() - since < QUIET_MS) {
    // the server may be starting
    const rows = await clickhouse.query('SELECT toFloat64(count()) AS n FROM otel_traces').catch(() => [{ n: -1 }])
    if (rows[0].n !== known) [known, since] = [rows[0].n, Date.now()]
    await delay(500)
  }
  return clickhouse.query('SELECT SpanName AS name, toFloat64(count()) AS n FROM otel_traces GROUP BY name')
}

export async function bench() {
  const otelcol = collectorProgram()
  const subjects = {
    'our receiver': ours,
    ...(otelcol === undefined
      ? {}
      : {
          'collector, queue in memory (agent.yaml)': collector(otelcol, 'agent'),
          'collector, queue on disk (gateway.yaml)': collector(otelcol, 'gateway'),
        }),
  }
  const place = await startServer()
  try {
    const rows = []
    for (const [subject, start] of Object.entries(subjects)) {
      progress(`kill: ${subject}`)
      const { acknowledged, lost, twice } = await survivors(place, start)
      rows.push(row(`${subject}: acknowledged`, 'spans', [acknowledged]))
      rows.push(row(`${subject}: lost`, 'spans', [lost]), row(`${subject}: stored twice`, 'spans', [twice]))
    }
    return { rows, ratios: {}, ...(otelcol === undefined ? { skipped: 'collector: needs Go' } : {}) }
  } finally {
    await place.stop()
  }
}
