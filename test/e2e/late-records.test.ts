import { failureClusters, run, runs, runStats, tasks } from '@runspan/analytics'
import { ingestRequest } from '@runspan/collector'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'

import { startTestServer, type TestServer } from '../servers/clickhouse.ts'

/* A run that counted as lost, and whose end comes late: the deciding record wins, whatever came before or after it. */

let at: TestServer
beforeAll(async () => {
  at = await startTestServer()
})
afterAll(() => at.stop())

const TABLES = [
  'otel_traces',
  'otel_logs',
  'workflow_runs',
  'workflow_tasks',
  'workflow_task_incidents',
  'workflow_open',
  'workflow_events',
]
beforeEach(async () => {
  for (const table of TABLES) await at.clickhouse.command(`TRUNCATE TABLE ${table}`)
})

const START = Date.parse('2026-11-20T00:00:00Z')
const TRACE = 'c'.repeat(32)
const RUN_SPAN = 'a'.repeat(16)
const TASK_SPAN = 'b'.repeat(16)
type Texts = Readonly<Record<string, string>>
const pairs = (of: Texts): object[] => Object.entries(of).map(([key, stringValue]) => ({ key, value: { stringValue } }))
const nano = (seconds: number): string => `${START + seconds * 1000}000000`

/** The end of the run's span or its task's, seconds after the start. */
function ended(spanId: string, end: number, attributes: Texts, message = ''): object {
  const of = { 'workflow.name': 'late', 'workflow.run.id': 'run' }
  const span = {
    traceId: TRACE,
    spanId,
    parentSpanId: spanId === RUN_SPAN ? '' : RUN_SPAN,
    name: 'late',
    startTimeUnixNano: nano(0),
    endTimeUnixNano: nano(end),
    attributes: pairs({ ...of, ...(spanId === RUN_SPAN ? {} : { 'workflow.task.id': 'load' }), ...attributes }),
    status: message === '' ? {} : { code: 2, message },
  }
  return { resourceSpans: [{ resource: {}, scopeSpans: [{ scope: { name: 'runspan' }, spans: [span] }] }] }
}

const WHY_LOST = 'process 1 ended without a word'
/** Marked as lost at its last heartbeat, by the journal or by silence. */
const LOST = [
  ended(TASK_SPAN, 60, { 'workflow.task.status': 'lost', 'workflow.task.reason': WHY_LOST }),
  ended(RUN_SPAN, 60, { 'workflow.run.status': 'lost', 'workflow.run.reason': WHY_LOST }),
]
const completed = (end: number): object[] => [
  ended(TASK_SPAN, end, { 'workflow.task.status': 'completed' }),
  ended(RUN_SPAN, end, { 'workflow.run.status': 'completed' }),
]

/** Stores each record in a separate delivery, in this order. */
async function store(records: readonly object[]): Promise<void> {
  for (const record of records) {
    ingestRequest(record, at.spool)
    await at.deliver()
  }
}

const ORDERS = [
  ['lost first', (lost: readonly object[], end: readonly object[]) => [...lost, ...end]],
  ['lost last', (lost: readonly object[], end: readonly object[]) => [...end, ...lost]],
  [
    'mixed, and twice',
    (lost: readonly object[], end: readonly object[]) => [lost[1]!, end[1]!, end[0]!, lost[0]!, end[1]!, lost[1]!],
  ],
] as const

test.each(ORDERS)('a run that completed after all keeps nothing of its loss, nor its task: %s', async (_, order) => {
  // it may have ended before its last heartbeat by another clock
  for (const end of [90, 30]) {
    for (const table of TABLES) await at.clickhouse.command(`TRUNCATE TABLE ${table}`)
    await store(order(LOST, completed(end)))
    const report = await run(at.clickhouse, 'run')
    expect(report).toMatchObject({ status: 'completed', error: null, durationSeconds: end })
    expect(report.tasks).toMatchObject({ total: 1, completed: 1, failed: 0 })
    expect((await runs(at.clickhouse)).runs).toMatchObject([{ status: 'completed', error: null, durationSeconds: end }])
    expect(await tasks(at.clickhouse, 'run')).toMatchObject([
      { status: 'completed', error: null, reason: null, durationSeconds: end },
    ])
    expect(await runStats(at.clickhouse)).toMatchObject({ totalRuns: 1, completedRuns: 1, lostRuns: 0 })
    expect(await failureClusters(at.clickhouse)).toEqual([])
    const tables = await at.clickhouse.query(
      `SELECT (SELECT any(error) FROM workflow_runs FINAL) AS error, (SELECT any(substring(outcome, 17)) FROM workflow_runs FINAL) AS outcome,
        (SELECT count() FROM workflow_task_incidents FINAL) AS incidents, (SELECT groupArray(toString(status)) FROM workflow_tasks FINAL) AS tasks`,
    )
    expect(tables).toEqual([{ error: '', outcome: '', incidents: 0, tasks: ['completed'] }])
  }
})

test.each(ORDERS)('of a run that failed after all the failure is told, whatever it is called: %s', async (_, order) => {
  for (const message of ['a failure', 'zero rows']) {
    for (const table of TABLES) await at.clickhouse.command(`TRUNCATE TABLE ${table}`)
    const end = [
      ended(TASK_SPAN, 90, { 'workflow.task.status': 'failed', 'error.type': 'RangeError' }, message),
      ended(RUN_SPAN, 90, { 'workflow.run.status': 'failed' }, message),
    ]
    await store(order(LOST, end))
    expect(await run(at.clickhouse, 'run')).toMatchObject({ status: 'failed', error: message, durationSeconds: 90 })
    expect(await tasks(at.clickhouse, 'run')).toMatchObject([{ status: 'failed', error: { message }, reason: null }])
    expect(await at.clickhouse.query('SELECT error FROM workflow_runs FINAL')).toEqual([{ error: message }])
    expect(await failureClusters(at.clickhouse)).toMatchObject([{ errorMessage: message, count: 1 }])
  }
})

test('a run that was finally cancelled shows the cancellation; a lost one shows why', async () => {
  await store(LOST)
  expect(await run(at.clickhouse, 'run')).toMatchObject({ status: 'lost', error: WHY_LOST, durationSeconds: 60 })
  const told = await at.clickhouse.query(`SELECT kind, error FROM workflow_events WHERE kind = 'run.lost'`)
  expect(told).toEqual([{ kind: 'run.lost', error: WHY_LOST }])
  await store([ended(RUN_SPAN, 90, { 'workflow.run.status': 'cancelled', 'workflow.run.reason': 'by hand' })])
  expect(await run(at.clickhouse, 'run')).toMatchObject({ status: 'cancelled', error: 'by hand', durationSeconds: 90 })
})

test('a run that was lost and gives a sign of life again has no reason while it runs', async () => {
  await store(LOST)
  const beat = {
    timeUnixNano: `${Date.now()}000000`,
    eventName: 'workflow.run.heartbeat',
    traceId: TRACE,
    spanId: RUN_SPAN,
    attributes: pairs({ 'workflow.name': 'late', 'workflow.run.id': 'run' }),
  }
  await store([{ resourceLogs: [{ resource: {}, scopeLogs: [{ scope: { name: 'runspan' }, logRecords: [beat] }] }] }])
  expect(await run(at.clickhouse, 'run')).toMatchObject({ status: 'running', error: null, endTime: null })
})
