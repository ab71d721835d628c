import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

import { run, runs } from '@runspan/analytics'
import { ingestFile, ingestRequest, startReceiver } from '@runspan/collector'
import { afterAll, beforeAll, expect, test } from 'vitest'

import { ENGINES, fixture } from '../fixtures/paths.ts'
import { startTestServer, type TestServer } from '../servers/clickhouse.ts'
import { pythonForTests } from '../servers/python.ts'

/* Programs in any language, recognised by the attributes of their spans; and programs that only look like one. */

const python = pythonForTests()

let at: TestServer
beforeAll(async () => {
  at = await startTestServer()
})
afterAll(() => at.stop())

let spans = 0
interface Given {
  readonly scope?: string
  readonly parent?: string
  readonly status?: { readonly code: number; readonly message?: string }
  readonly exception?: Readonly<Record<string, string>>
}
const pairs = (of: Readonly<Record<string, string>>): object[] =>
  Object.entries(of).map(([key, stringValue]) => ({ key, value: { stringValue } }))

function send(attributes: Readonly<Record<string, string>>, given: Given = {}): string {
  const spanId = (++spans).toString(16).padStart(16, '0')
  const start = BigInt(Date.now()) * 1_000_000n
  const span = {
    traceId: 'a'.repeat(31) + (spans % 10),
    spanId,
    parentSpanId: given.parent ?? '',
    name: 'span',
    startTimeUnixNano: String(start),
    endTimeUnixNano: String(start + 1_000_000n),
    attributes: pairs(attributes),
    status: given.status ?? {},
    events: given.exception === undefined ? [] : [{ name: 'exception', attributes: pairs(given.exception) }],
  }
  const scopeSpans = [{ scope: { name: given.scope ?? 'my.etl' }, spans: [span] }]
  ingestRequest({ resourceSpans: [{ resource: {}, scopeSpans }] }, at.spool)
  return spanId
}
const ofRun = (name: string, id: string): Record<string, string> => ({ 'workflow.name': name, 'workflow.run.id': id })
const taskOf = (name: string, id: string, task: string): Record<string, string> => ({
  ...ofRun(name, id),
  'workflow.task.id': task,
})

test('a root span that names its run is one, spans that name a task are its attempts', async () => {
  const root = send(ofRun('etl', 'r1'), { status: { code: 2 }, exception: { 'exception.message': 'all lost' } })
  send(
    { ...taskOf('etl', 'r1', 'load'), 'workflow.task.attempt': '1' },
    {
      parent: root,
      status: { code: 2 },
      exception: { 'exception.type': 'ValueError', 'exception.message': 'boom' },
    },
  )
  send({ ...taskOf('etl', 'r1', 'load'), 'workflow.task.attempt': '2', 'workflow.task.dependencies': '["read"]' })
  send({ ...ofRun('etl', 'r2'), 'workflow.run.status': 'cancelled', 'workflow.run.reason': 'by hand' }, { scope: '' })
  await at.deliver()
  const page = await runs(at.clickhouse, { workflow: 'etl' })
  expect(
    page.runs
      .map(({ runId, status, engine }) => ({ runId, status, engine }))
      .toSorted((a, b) => (a.runId < b.runId ? -1 : 1)),
  ).toEqual([
    { runId: 'r1', status: 'failed', engine: 'opentelemetry' },
    { runId: 'r2', status: 'cancelled', engine: 'opentelemetry' },
  ])
  const report = await run(at.clickhouse, 'r1')
  expect(report.error).toBe('all lost')
  expect(
    report.taskList
      .toSorted((a, b) => a.attempt - b.attempt)
      .map(({ nodeId, attempt, status, error }) => ({
        nodeId,
        attempt,
        status,
        error: error?.message,
        type: error?.type,
      })),
  ).toEqual([
    { nodeId: 'load', attempt: 1, status: 'failed', error: 'boom', type: 'ValueError' },
    { nodeId: 'load', attempt: 2, status: 'completed', error: undefined, type: undefined },
  ])
})

test('lookalikes are no runs: other parts of a run, other meanings of the names', async () => {
  const before = (await runs(at.clickhouse, { limit: 1000 })).runs.length
  send(ofRun('lookalike', 'r3'), { parent: 'b'.repeat(16) })
  send({ 'workflow.run.id': 'r4' })
  send({ 'workflow.name': 'lookalike' })
  send({ 'workflow.name': 'lookalike', 'workflow.task.id': 'x' })
  for (const scope of ['workflow', 'kailash']) {
    send({ ...ofRun('lookalike', 'r5'), 'workflow.run.status': 'completed' }, { scope })
    send(taskOf('lookalike', 'r6', 'x'), { scope })
  }
  await at.deliver()
  expect((await runs(at.clickhouse, { limit: 1000 })).runs.length).toBe(before)
})

test('no span of a recorded engine becomes a run of this rule', async () => {
  for (const engine of ENGINES) await ingestFile(fixture(`engines/${engine}/traces.jsonl`), at.spool)
  await at.deliver()
  const [counted] = await at.clickhouse.query(
    `SELECT countIf(engine = 'opentelemetry' AND run_key NOT IN ('r1', 'r2')) AS ours, countIf(engine != 'opentelemetry') > 0 AS others FROM workflow_runs`,
  )
  expect(counted).toEqual({ ours: 0, others: 1 })
})

test.runIf(python === undefined)('skipped: needs Python with the OpenTelemetry SDK', () => {
  expect(process.env['RUNSPAN_TEST_ALL'], 'CI has to have Python').not.toBe('1')
})

test.skipIf(python === undefined)(
  'the Python program of docs/any-sdk.md is a run',
  async () => {
    const page = readFileSync(new URL('../../docs/any-sdk.md', import.meta.url), 'utf8')
    const program = /```python\n([\s\S]*?)```/.exec(page)![1]!
    const directory = mkdtempSync(join(tmpdir(), 'runspan-python-'))
    const receiver = await startReceiver({ spool: at.spool, httpPort: 0, grpcPort: null })
    try {
      const path = join(directory, 'orders.py')
      writeFileSync(path, program)
      const env = { ...process.env, OTEL_EXPORTER_OTLP_ENDPOINT: receiver.httpUrl!, OTEL_SERVICE_NAME: 'orders' }
      await promisify(execFile)(python!, [path], { env })
    } finally {
      await receiver.close()
      rmSync(directory, { recursive: true })
    }
    await at.deliver()
    const report = await run(at.clickhouse, 'orders-2026-11-24')
    expect(report).toMatchObject({ workflow: 'nightly-orders', status: 'completed', engine: 'opentelemetry' })
    expect(report.taskList.map(({ nodeId, status }) => `${nodeId} ${status}`)).toEqual([
      'extract completed',
      'load completed',
    ])
  },
  60_000,
)
