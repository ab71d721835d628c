import { randomBytes, randomUUID } from 'node:crypto'

/*
 * Spans as Runspan's own tracking writes them: runs of 20 tasks of some 40 workflows, 12 attributes a task. Ids are random
 * and numbers differ from row to row, so that compression and dictionaries work no better than in production.
 */

const VERBS = ['extract', 'validate', 'load', 'transform', 'enrich', 'score', 'publish', 'archive', 'notify', 'merge']
const NOUNS = ['orders', 'customers', 'invoices', 'sessions', 'shipments', 'prices', 'features', 'events']
const WORKFLOWS = Array.from(
  { length: 40 },
  (_, i) => `${['nightly', 'hourly', 'adhoc', 'daily', 'weekly'][i % 5]}-${NOUNS[i % 8]}-${i}`,
)
export const TASKS_A_RUN = 20

export const RESOURCE = {
  'service.name': 'warehouse-pipeline',
  'service.version': '4.18.2',
  'service.instance.id': randomUUID(),
  'host.name': 'worker-eu-west-1-7f9c',
  'process.pid': 48_213,
  'process.runtime.version': '20.20.2',
  'telemetry.sdk.language': 'nodejs',
}

/** Returns random bits for generated numbers: cheap, and different every time. */
export function random(limit) {
  return Math.floor(Math.random() * limit)
}

let idBytes = randomBytes(8192)
let idAt = 0

export function hexId(bytes) {
  if (idAt + bytes > idBytes.length) {
    idBytes = randomBytes(8192)
    idAt = 0
  }
  const text = idBytes.toString('hex', idAt, idAt + bytes)
  idAt += bytes
  return text
}

/** Returns seconds, lognormal with a median of 0.4. */
export function duration() {
  const normal = Math.sqrt(-2 * Math.log(1 - Math.random())) * Math.cos(2 * Math.PI * Math.random())
  return 0.4 * Math.exp(0.8 * normal)
}

/** Returns a random run: its id, workflow and the names of its tasks. */
export function newRun() {
  const workflow = WORKFLOWS[random(WORKFLOWS.length)]
  return { runId: randomUUID(), workflow, serial: random(1e9) }
}

export function taskName(run, index) {
  return `${VERBS[index % VERBS.length]}-${NOUNS[(index * 3 + run.workflow.length) % NOUNS.length]}`
}

/** Returns attributes of the run's span. */
export function runAttributes(run, failed) {
  return {
    'workflow.name': run.workflow,
    'workflow.run.id': run.runId,
    'workflow.run.status': failed ? 'failed' : 'completed',
    'workflow.run.trigger': run.serial % 3 === 0 ? 'manual' : 'schedule',
    'workflow.run.tags': ['eu', run.serial % 2 === 0 ? 'backfill' : 'regular'],
    'workflow.run.metadata': `{"batch":"${run.serial.toString(36)}","customer":"c-${random(50_000)}"}`,
  }
}

/** Returns the 12 attributes of a task's span; every fourth also has the names of the tasks it waited for. */
export function taskAttributes(run, index, failed) {
  const attributes = {
    'workflow.name': run.workflow,
    'workflow.run.id': run.runId,
    'workflow.task.id': taskName(run, index),
    'workflow.task.attempt': 1,
    'workflow.task.status': failed ? 'failed' : 'completed',
    'workflow.task.queue_time': random(200_000) / 1e6,
    'workflow.task.concurrency': 1 + random(8),
    'process.cpu.time.user': random(400_000) / 1e6,
    'process.cpu.time.system': random(40_000) / 1e6,
    'process.memory.peak': 60_000_000 + random(90_000) * 4096,
    'process.disk.io.read': random(10_000_000),
    'app.object.key': `s3://lake/${run.workflow}/${run.serial.toString(36)}/part-${index}`,
  }
  if (index > 0 && index % 4 === 0)
    attributes['workflow.task.dependencies'] = [taskName(run, index - 1), taskName(run, index - 2)]
  return attributes
}

/** Same rows as `spanRow` makes from the SDK's spans, without the SDK: a million of them in seconds. */
export const SOURCE = {
  resource: RESOURCE,
  serviceName: RESOURCE['service.name'],
  resourceSchemaUrl: '',
  scopeName: 'runspan',
  scopeVersion: '0.1.0',
  scopeAttributes: {},
  scopeDroppedAttributes: 0,
  scopeSchemaUrl: '',
}

const NONE = []

/**
 * Yields `count` rows of `otel_traces`: whole runs, whose starts are distributed evenly over the last days, in the order of
 * arrival. One run in 23 has a failed task.
 */
export function* spanRows(count, days) {
  const endMs = Date.now()
  for (let made = 0; made < count;) {
    const run = newRun()
    const failed = run.serial % 23 === 0
    const traceId = hexId(16)
    const rootId = hexId(8)
    const startMs = endMs - days * 86_400_000 * (1 - made / count)
    let atMs = startMs
    for (let i = 0; i < TASKS_A_RUN && made < count; i++, made++) {
      const seconds = duration()
      const lost = failed && i === TASKS_A_RUN - 1
      yield {
        source: SOURCE,
        start: [Math.floor(atMs / 1000), Math.floor((atMs % 1000) * 1e6) + random(1000)],
        duration: Math.floor(seconds * 1e9),
        traceId,
        spanId: hexId(8),
        parentSpanId: rootId,
        traceState: '',
        name: taskName(run, i),
        kind: 'Internal',
        attributes: taskAttributes(run, i, lost),
        statusCode: lost ? 'Error' : 'Ok',
        statusMessage: lost ? `connection to 10.0.${i}.7 refused after ${run.serial} ms` : '',
        events: lost ? [exception([Math.floor(atMs / 1000), 0], run)] : NONE,
        links: NONE,
      }
      atMs += seconds * 1000
    }
    if (made++ >= count) return
    yield {
      source: SOURCE,
      start: [Math.floor(startMs / 1000), Math.floor((startMs % 1000) * 1e6)],
      duration: Math.floor((atMs - startMs) * 1e6),
      traceId,
      spanId: rootId,
      parentSpanId: '',
      traceState: '',
      name: run.workflow,
      kind: 'Internal',
      attributes: runAttributes(run, failed),
      statusCode: failed ? 'Error' : 'Ok',
      statusMessage: '',
      events: NONE,
      links: NONE,
    }
  }
}

export const STACK = new Error('connection refused').stack

function exception(time, run) {
  return {
    time,
    name: 'exception',
    attributes: {
      'exception.type': 'ConnectionError',
      'exception.message': `refused after ${run.serial} ms`,
      'exception.stacktrace': STACK,
    },
  }
}

const text = (value) =>
  typeof value === 'string' ? value : Array.isArray(value) ? JSON.stringify(value) : String(value)
const texts = (attributes) =>
  Object.fromEntries(
    Object.keys(attributes)
      .sort()
      .map((key) => [key, text(attributes[key])]),
  )
const nanoseconds = ([seconds, rest]) => `${seconds}.${String(rest).padStart(9, '0')}`

/** Returns a row as a line of JSONEachRow. */
export function jsonLine(row) {
  return JSON.stringify({
    Timestamp: nanoseconds(row.start),
    TraceId: row.traceId,
    SpanId: row.spanId,
    ParentSpanId: row.parentSpanId,
    TraceState: row.traceState,
    SpanName: row.name,
    SpanKind: row.kind,
    ServiceName: row.source.serviceName,
    ResourceAttributes: texts(row.source.resource),
    ScopeName: row.source.scopeName,
    ScopeVersion: row.source.scopeVersion,
    SpanAttributes: texts(row.attributes),
    Duration: row.duration,
    StatusCode: row.statusCode,
    StatusMessage: row.statusMessage,
    'Events.Timestamp': row.events.map((event) => nanoseconds(event.time)),
    'Events.Name': row.events.map((event) => event.name),
    'Events.Attributes': row.events.map((event) => texts(event.attributes)),
    'Links.TraceId': [],
    'Links.SpanId': [],
    'Links.TraceState': [],
    'Links.Attributes': [],
  })
}
