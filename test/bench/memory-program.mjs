import { setTimeout as delay } from 'node:timers/promises'

import { ROOT_CONTEXT, SpanStatusCode, trace } from '@opentelemetry/api'
import { resourceFromAttributes } from '@opentelemetry/resources'
import { BasicTracerProvider } from '@opentelemetry/sdk-trace-base'
import { ClickHouse } from '@runspan/clickhouse'
import { Sender, Spool, SpoolSpanProcessor } from '@runspan/spool'

import { median } from './measure.mjs'
import { duration, newRun, RESOURCE, runAttributes, taskAttributes, taskName, TASKS_A_RUN } from './spans.mjs'

/*
 * An application with spool and sender in one process, which ends spans by the million while the server drains them. Sends
 * its memory use to its parent on the way.
 */
const { marks, directory, connection } = JSON.parse(process.argv[2])
/** Maximum spans in the spool: the application waits for the server, which one at a steady rate would not need. */
const MOST_WAITING = 300_000

const clickhouse = new ClickHouse(connection)
/** Number of rows in the table, and the running pass. */
const progress = { sent: 0, sending: undefined }
const spool = new Spool({ directory, maxBytes: 2 ** 30 })
const sender = new Sender({
  directory,
  target: {
    prepare: async () => undefined,
    insertNative: (table, blocks, token) => clickhouse.insertNative(table, blocks, token),
  },
})
const provider = new BasicTracerProvider({
  resource: resourceFromAttributes(RESOURCE),
  spanProcessors: [new SpoolSpanProcessor(spool)],
})
const tracer = provider.getTracer('runspan', '0.1.0')

function oneRun() {
  const run = newRun()
  const start = Date.now() - 20_000
  const root = tracer.startSpan(run.workflow, { root: true, startTime: start, attributes: runAttributes(run, false) })
  const within = trace.setSpan(ROOT_CONTEXT, root)
  let at = start
  for (let index = 0; index < TASKS_A_RUN; index++) {
    const span = tracer.startSpan(
      taskName(run, index),
      { startTime: at, attributes: taskAttributes(run, index, false) },
      within,
    )
    span.setStatus({ code: SpanStatusCode.OK })
    at += duration() * 1000
    span.end(at)
  }
  root.end(at)
}

async function drain() {
  spool.rotate()
  const { rows, error } = await sender.send()
  if (error !== null) throw error
  progress.sent += rows
}

const weighed = []
let ended = 0
const begin = performance.now()
for (const mark of marks) {
  const from = mark * 0.95
  const residentBytes = []
  while (ended < mark) {
    for (let i = 0; i < 20; i++) oneRun()
    ended += 20 * (TASKS_A_RUN + 1)
    await delay(1)
    if (ended - progress.sent > MOST_WAITING / 2) {
      progress.sending ??= drain().finally(() => {
        progress.sending = undefined
      })
    }
    while (ended - progress.sent > MOST_WAITING && progress.sending !== undefined) await delay(5)
    if (ended >= from) residentBytes.push(process.memoryUsage.rss())
  }
  weighed.push({ spans: mark, residentBytes, median: median(residentBytes) })
}
await progress.sending
await drain()
const seconds = (performance.now() - begin) / 1000
await sender.stop()
spool.close()
process.send({ marks: weighed, stored: progress.sent, seconds }, () => process.exit(0))
