import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

import { run, runs, tasks } from '@runspan/analytics'
import { backfill } from '@runspan/clickhouse'
import { ingestRequest } from '@runspan/collector'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'

import { expanded } from '../deploy/expanded-sql.ts'
import { dashboards } from '../deploy/grafana-dashboards.ts'
import { startTestServer, type TestServer } from '../servers/clickhouse.ts'

/* Two installations of one engine have the same run ids: their resources distinguish them. */

type Texts = Readonly<Record<string, string>>

const BIN = fileURLToPath(new URL('../../packages/runspan/bin/runspan.js', import.meta.url))
/** Midnight of a past day, milliseconds since 1970. */
const START = Date.parse('2026-11-20T00:00:00Z')

let made = 0
const id = (length: number): string => (++made).toString(16).padStart(length, '0')
const pairs = (of: Texts): object[] => Object.entries(of).map(([key, stringValue]) => ({ key, value: { stringValue } }))

interface Span {
  readonly scope: string
  readonly name: string
  /** Milliseconds after `START`. */
  readonly from: number
  readonly to: number
  readonly attributes: Texts
  readonly isError?: boolean
  readonly trace: string
  readonly span?: string
  readonly parent?: string
  readonly events?: readonly string[]
}

function request(resource: Texts, { scope, ...span }: Span): object {
  const given = {
    traceId: span.trace,
    spanId: span.span ?? id(16),
    parentSpanId: span.parent ?? '',
    name: span.name,
    startTimeUnixNano: `${START + span.from}000000`,
    endTimeUnixNano: `${START + span.to}000000`,
    attributes: pairs(span.attributes),
    status: { code: span.isError === true ? 2 : 1 },
    events: (span.events ?? []).map((name) => ({ name, timeUnixNano: `${START + span.to}000000` })),
  }
  const scopeSpans = [{ scope: { name: scope }, spans: [given] }]
  return { resourceSpans: [{ resource: { attributes: pairs(resource) }, scopeSpans }] }
}

/** An execution of n8n with one node; its run's span comes last. */
function n8n(resource: Texts, from: number, fails = false, execution = '231'): object[] {
  const [trace, span] = [id(32), id(16)]
  const of = { scope: 'n8n-workflow', trace, from, isError: fails }
  return [
    { ...of, name: 'node.execute', to: from + 900, parent: span, attributes: { 'n8n.node.name': 'Step' } },
    {
      ...of,
      name: 'workflow.execute',
      span,
      to: from + 1000,
      attributes: {
        'n8n.workflow.name': 'Invoices',
        'n8n.execution.id': execution,
        'n8n.execution.status': fails ? 'error' : 'success',
      },
    },
  ].map((given) => request({ 'service.name': 'n8n', ...resource }, given))
}

/** An attempt of BullMQ's first job in a queue. */
function bullmq(resource: Texts, from: number, fails = false, attempt = 1, isLast = true): object[] {
  const [trace, span] = [id(32), id(16)]
  const of = { 'bullmq.queue.name': 'payments', 'bullmq.job.id': '1', 'bullmq.job.name': 'charge' }
  const ending = fails ? (isLast ? 'fail' : 'retry') : 'complete'
  return [
    {
      name: 'process payments',
      span,
      from,
      to: from + 2000,
      attributes: { ...of, 'bullmq.queue.operation': 'process', 'bullmq.job.attempts.made': String(attempt) },
      events: [fails ? 'job failed' : 'job completed'],
    },
    {
      name: `${ending} payments`,
      parent: span,
      from: from + 1999,
      to: from + 2000,
      attributes: { ...of, 'bullmq.queue.operation': ending },
    },
  ].map((given) => request({ 'service.name': 'worker', ...resource }, { scope: 'bullmq', trace, ...given }))
}

const DAY_OF_RUN = 'scheduled__2026-11-20T00:00:00+00:00'
/** Returns a day's run of a DAG: the API server reports its task, the scheduler the run. */
function airflow(resource: Texts, from: number, fails = false, names = ['airflow', 'airflow']): object[] {
  const of = { trace: id(32), from, isError: fails }
  const told = { 'airflow.dag_id': 'daily', 'airflow.dag_run.run_id': DAY_OF_RUN }
  return [
    request(
      { 'service.name': names[0]!, ...resource },
      {
        ...of,
        scope: 'airflow.api_fastapi.execution_api.routes.task_instances',
        name: 'task_run.load',
        to: from + 5000,
        attributes: {
          ...told,
          'airflow.task_id': 'load',
          'airflow.task_instance.try_number': '1',
          'airflow.task_instance.state': fails ? 'failed' : 'success',
          'airflow.task_instance.id': id(32),
        },
      },
    ),
    request(
      { 'service.name': names[1]!, ...resource },
      { ...of, scope: 'airflow.models.dagrun', name: 'dag_run.daily', to: from + 5100, attributes: told },
    ),
  ]
}

/** Returns a run of any SDK with a task in another service. */
function anySdk(resource: Texts, from: number, fails = false): object[] {
  const of = { scope: 'my.etl', trace: id(32), isError: fails }
  const told = { 'workflow.name': 'orders', 'workflow.run.id': 'orders-2026-11-20' }
  return [
    request(
      { 'service.name': 'loader', ...resource },
      {
        ...of,
        name: 'load',
        from: from + 10,
        to: from + 20,
        parent: id(16),
        attributes: { ...told, 'workflow.task.id': 'load' },
      },
    ),
    request(
      { 'service.name': 'planner', ...resource },
      { ...of, name: 'orders', from, to: from + 30, attributes: told },
    ),
  ]
}

let at: TestServer
beforeAll(async () => {
  at = await startTestServer()
})
afterAll(() => at.stop())

const TABLES = [
  'otel_traces',
  'workflow_runs',
  'workflow_tasks',
  'workflow_task_incidents',
  'workflow_unplaced_tasks',
  'workflow_run_spans',
]
beforeEach(async () => {
  for (const table of TABLES) await at.clickhouse.command(`TRUNCATE TABLE ${table}`)
})

async function store(...requests: readonly object[]): Promise<void> {
  for (const one of requests) ingestRequest(one, at.spool)
  await at.deliver()
}

/** Returns all runs as readers see them, by id. */
async function seen(): Promise<Record<string, unknown>> {
  const page = await runs(at.clickhouse)
  const reports = await Promise.all(page.runs.map(({ runId }) => run(at.clickhouse, runId)))
  return Object.fromEntries(
    reports.map(({ runId, status, durationSeconds, taskList }) => [
      runId,
      [status, durationSeconds, taskList.map(({ status: ofTask, runId: told }) => `${ofTask} of ${told}`)],
    ]),
  )
}

const HOUR = 3_600_000
const PRODUCTION = { 'deployment.environment.name': 'production' }
const STAGING = { 'deployment.environment.name': 'staging' }

test.each([
  ['n8n', n8n, [{ 'n8n.instance.id': 'aaa' }, { 'n8n.instance.id': 'bbb' }], '231', ['n8n@aaa/231', 'n8n@bbb/231'], 1],
  [
    'BullMQ',
    bullmq,
    [PRODUCTION, STAGING],
    'payments:1',
    ['bullmq@worker:production/payments:1', 'bullmq@worker:staging/payments:1'],
    2,
  ],
  [
    'Airflow',
    airflow,
    [PRODUCTION, STAGING],
    DAY_OF_RUN,
    [`airflow@production/daily/${DAY_OF_RUN}`, `airflow@staging/daily/${DAY_OF_RUN}`],
    5.1,
  ],
  [
    'any SDK',
    anySdk,
    [PRODUCTION, STAGING],
    'orders-2026-11-20',
    ['opentelemetry@production/orders-2026-11-20', 'opentelemetry@staging/orders-2026-11-20'],
    0.03,
  ],
] as const)(
  '%s: two installations with the same key are two runs, and each is called by its key while it is alone',
  async (_, runOf, [one, other], key, ids, seconds) => {
    await store(...runOf(one, 0, true))
    expect(await seen()).toEqual({ [key]: ['failed', seconds, [`failed of ${key}`]] })
    await store(...runOf(other, 48 * HOUR))
    expect(await seen()).toEqual({
      [ids[0]]: ['failed', seconds, [`failed of ${ids[0]}`]],
      [ids[1]]: ['completed', seconds, [`completed of ${ids[1]}`]],
    })
    await expect(tasks(at.clickhouse, key)).rejects.toMatchObject({
      code: 'RUN_AMBIGUOUS',
      message: expect.stringContaining(ids[0]),
    })
    await expect(tasks(at.clickhouse, key)).rejects.toThrow(ids[1])
    expect(await tasks(at.clickhouse, ids[1].slice(0, -1))).toHaveLength(1)
  },
)

test('services of one installation tell of one run: Airflow under two names, BullMQ in two processes, any SDK', async () => {
  await store(
    ...airflow(PRODUCTION, 0, false, ['scheduler', 'api-server']),
    ...bullmq({ ...PRODUCTION, 'service.instance.id': 'a' }, 0, true, 1, false),
    ...bullmq({ ...PRODUCTION, 'service.instance.id': 'b' }, 3000, false, 2),
    ...anySdk(PRODUCTION, 0),
  )
  expect(await seen()).toEqual({
    [DAY_OF_RUN]: ['completed', 5.1, [`completed of ${DAY_OF_RUN}`]],
    'payments:1': ['completed', 5, ['failed of payments:1', 'completed of payments:1']],
    'orders-2026-11-20': ['completed', 0.03, ['completed of orders-2026-11-20']],
  })
})

test('the old name of the environment is the same environment', async () => {
  await store(...airflow(PRODUCTION, 0), ...airflow({ 'deployment.environment': 'production' }, 10_000))
  expect(Object.keys(await seen())).toEqual([DAY_OF_RUN])
})

test('a resource that tells nothing leaves ids as they were, the name that SDKs give a service is nothing', async () => {
  await store(
    ...airflow({}, 0),
    ...bullmq({ 'service.name': 'unknown_service:node' }, 0),
    ...n8n({ 'service.name': 'unknown_service' }, 0),
    ...anySdk({}, 0),
  )
  const ids = await at.clickhouse.query<{ run_id: string }>('SELECT DISTINCT run_id FROM workflow_runs ORDER BY run_id')
  expect(ids.map(({ run_id }) => run_id)).toEqual([
    `airflow/daily/${DAY_OF_RUN}`,
    'bullmq/payments:1',
    'n8n/231',
    'opentelemetry/orders-2026-11-20',
  ])
})

test('whatever environments and namespaces are called, no two of them meet, nor a key with a slash', async () => {
  const parts = ['', 'a', 'a/b', 'a:b', ':', '@', 'a@b', '%2F', '%3A', 'ä', '…', ' ', 'daily', "'; --"]
  const installations = parts.flatMap((environment) => parts.map((namespace) => [environment, namespace] as const))
  await store(
    ...installations.flatMap(([environment, namespace]) =>
      airflow({ 'deployment.environment.name': environment, 'service.namespace': namespace }, 0),
    ),
  )
  const page = await runs(at.clickhouse, { limit: 1000 })
  expect(new Set(page.runs.map(({ runId }) => runId)).size).toBe(installations.length)
  expect(page.runs.every((row) => row.tasks.total === 1 && row.status === 'completed')).toBe(true)
  for (const { runId } of page.runs.slice(0, 20)) expect((await run(at.clickhouse, runId)).runId).toBe(runId)
})

test('two engines that share a key are told apart by the engine, and by that they are found', async () => {
  await store(...n8n({ 'n8n.instance.id': 'aaa' }, 0, false, 'payments:1'), ...bullmq(PRODUCTION, 0))
  expect(Object.keys(await seen()).toSorted()).toEqual(['bullmq/payments:1', 'n8n/payments:1'])
})

test('the dashboard of a run shows one run, whichever name it is asked for by', async () => {
  await store(...n8n({ 'n8n.instance.id': 'aaa' }, 0, true), ...n8n({ 'n8n.instance.id': 'bbb' }, HOUR))
  const { panels } = (await dashboards())['run']!
  const rows = async (title: string, name: string): Promise<Record<string, unknown>[]> => {
    const panel = (panels as { title?: string; targets?: { rawSql: string }[] }[]).find((one) => one.title === title)!
    const range = { from: new Date(START), to: new Date(START + 24 * HOUR), workflow: '' }
    return at.clickhouse.query(expanded(panel.targets![0]!.rawSql, { ...range, run: name }))
  }
  for (const [name, status] of [
    ['231', 'completed'],
    ['n8n/231', 'completed'],
    ['n8n@aaa/231', 'failed'],
    ['n8n@bbb/231', 'completed'],
  ] as const)
    expect(await rows('Tasks', name)).toMatchObject([{ status }])
  expect((await rows('Where else it is', '231')).map(({ run: called }) => called)).toEqual([
    'n8n@bbb/231',
    'n8n@aaa/231',
  ])
  expect((await rows('Where else it is', 'n8n@aaa/231')).map(({ run: called }) => called)).toEqual(['231'])
})

test('a backfill of spans that were stored before gives each installation its run, and takes the merged one away', async () => {
  const requests = [
    ...n8n({ 'n8n.instance.id': 'aaa' }, 0, true),
    ...n8n({ 'n8n.instance.id': 'bbb' }, HOUR),
    ...bullmq(PRODUCTION, 0, true),
    ...bullmq(STAGING, HOUR),
    ...airflow(PRODUCTION, 0),
    ...airflow(STAGING, HOUR),
    // nothing identifies this one's installation: it keeps its id
    ...anySdk({}, 0),
  ]
  await store(...requests)
  const expected = await seen()
  expect(Object.keys(expected)).toHaveLength(7)
  const old = `replaceRegexpOne(run_id, '^([a-z0-9-]+)@[^/]*/', '\\\\1/')`
  for (const table of ['workflow_runs', 'workflow_tasks', 'workflow_run_spans']) {
    const columns = (await at.clickhouse.query<{ name: string }>(`DESCRIBE ${table}`)).map(({ name }) => name)
    await at.clickhouse.command(`CREATE TABLE before_${table} AS ${table}`)
    await at.clickhouse.command(
      `INSERT INTO before_${table} SELECT ${columns.map((name) => (name === 'run_id' ? `${old} AS run_id` : name)).join(', ')} FROM ${table}`,
    )
    await at.clickhouse.command(`EXCHANGE TABLES before_${table} AND ${table}`)
    await at.clickhouse.command(`DROP TABLE before_${table}`)
  }
  expect(Object.keys(await seen())).toHaveLength(4)
  await backfill(at.clickhouse, { again: true })
  expect(await seen()).toEqual(expected)
})

describe('on the command line', () => {
  const dir = mkdtempSync(join(tmpdir(), 'runspan-installations-'))
  afterAll(() => rmSync(dir, { recursive: true, force: true }))

  const runspan = (...args: readonly string[]): Promise<{ code: number; stdout: string; stderr: string }> =>
    new Promise((resolve) => {
      const env = { ...process.env, RUNSPAN_DATA: join(dir, 'data'), NO_COLOR: '1' }
      execFile(process.execPath, [BIN, ...args], { cwd: dir, env }, (error, stdout, stderr) => {
        resolve({ code: typeof error?.code === 'number' ? error.code : error === null ? 0 : 1, stdout, stderr })
      })
    })
  const ingest = (name: string, requests: readonly object[]): Promise<{ code: number }> => {
    writeFileSync(join(dir, name), requests.map((one) => JSON.stringify(one)).join('\n'))
    return runspan('ingest', name)
  }

  test('the short key names a run while it is one; of two it lists both, what tells them apart in their ids', async () => {
    expect(await ingest('one.jsonl', n8n({ 'n8n.instance.id': 'aaa' }, 0, true))).toMatchObject({ code: 0 })
    const alone = await runspan('run', '231', '--json')
    expect(JSON.parse(alone.stdout)).toMatchObject({ runId: '231', status: 'failed' })
    expect(await ingest('two.jsonl', n8n({ 'n8n.instance.id': 'bbb' }, HOUR))).toMatchObject({ code: 0 })
    const both = await runspan('run', '231')
    expect(both).toMatchObject({ code: 1, stdout: '' })
    expect(both.stderr).toMatch(
      /Several runs match "231"[^]*n8n@bbb\/231 {2}Invoices, completed[^]*n8n@aaa\/231 {2}Invoices, failed/,
    )
    expect((await runspan('runs')).stdout).toMatch(/n8n@bbb\/231[^]*n8n@aaa\/231/)
    expect(JSON.parse((await runspan('run', 'n8n@aaa/231', '--json')).stdout)).toMatchObject({ status: 'failed' })
  })
})
