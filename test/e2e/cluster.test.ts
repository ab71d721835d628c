import { execFile } from 'node:child_process'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

import { cleanUp, eventsSince, runs } from '@runspan/analytics'
import { backfill, type ClickHouse, PartialClickHouse, setTtl } from '@runspan/clickhouse'
import type { TrackingEvent } from '@runspan/model'
import { Sender, type Source, Spool, type SpanRow } from '@runspan/spool'
import { afterAll, afterEach, beforeAll, describe, expect, onTestFinished, test } from 'vitest'

import { CLUSTER, type Node, startTestCluster, type TestCluster } from '../servers/cluster.ts'
import { killed } from '../servers/kill.ts'

const BIN = fileURLToPath(new URL('../../packages/runspan/bin/runspan.js', import.meta.url))

const source: Source = {
  resource: {},
  serviceName: 'cluster',
  resourceSchemaUrl: '',
  scopeName: 'runspan',
  scopeVersion: '',
  scopeAttributes: {},
  scopeDroppedAttributes: 0,
  scopeSchemaUrl: '',
}

const TASKS = 10

/** Returns spans of runs of ten tasks; the first span of each is the run's. */
function span(i: number, prefix: string): SpanRow {
  const run = Math.floor(i / (TASKS + 1))
  const task = i % (TASKS + 1)
  const runId = `${prefix}-${run}`
  return {
    source,
    start: [1_795_000_000 + run, task * 1000],
    duration: 1000,
    traceId: Buffer.from(runId).toString('hex').padStart(32, '0'),
    spanId: `${prefix}${i}`,
    parentSpanId: task === 0 ? '' : `${prefix}${i - task}`,
    traceState: '',
    name: task === 0 ? 'run' : 'task',
    kind: 'Internal',
    attributes: {
      'workflow.run.id': runId,
      'workflow.name': prefix,
      ...(task === 0
        ? {}
        : { 'workflow.task.id': `n${task}`, 'workflow.task.status': task === 5 ? 'failed' : 'completed' }),
    },
    statusCode: 'Unset',
    statusMessage: '',
    events: [],
    links: [],
  }
}

function newSpool(): Spool {
  const directory = mkdtempSync(join(tmpdir(), 'runspan-cluster-spool-'))
  const spool = new Spool({ directory })
  onTestFinished(() => {
    spool.close()
    rmSync(directory, { recursive: true })
  })
  return spool
}

function fill(spool: Spool, runsToMake: number, prefix: string): number {
  const count = runsToMake * (TASKS + 1)
  for (let i = 0; i < count; i++) {
    spool.add('otel_traces', span(i, prefix))
    if (i % 2000 === 1999) spool.flush()
  }
  spool.rotate()
  return count
}

function sendThrough(spool: Spool, clickhouse: Pick<ClickHouse, 'insertNative'>): ReturnType<Sender['send']> {
  const { directory } = spool
  const insertNative: ClickHouse['insertNative'] = (...insert) => clickhouse.insertNative(...insert)
  return new Sender({ directory, target: { prepare: async () => undefined, insertNative } }).send()
}

const waiting = ({ directory }: Spool): string[] =>
  readdirSync(directory).filter((name) => /\.(segment|sending|join)$/.test(name))

/** Returns rows and distinct rows of all tables that a span ends up in, over all shards. */
async function stored(clickhouse: ClickHouse, workflow: string): Promise<Record<string, string>> {
  const [row] = await clickhouse.query<Record<string, string>>(
    `SELECT (SELECT concat(toString(count()), '/', toString(uniqExact(SpanId))) FROM otel_traces WHERE SpanAttributes['workflow.name'] = {workflow:String}) AS spans,
      (SELECT concat(toString(count()), '/', toString(uniqExact(span_id))) FROM workflow_tasks WHERE workflow = {workflow:String}) AS tasks,
      (SELECT concat(toString(count()), '/', toString(uniqExact(run_id))) FROM workflow_runs FINAL WHERE workflow = {workflow:String}) AS runs,
      (SELECT concat(toString(count()), '/', toString(uniqExact(run_id, task_id))) FROM workflow_task_incidents WHERE workflow = {workflow:String}) AS incidents,
      (SELECT concat(toString(countIf(kind IN ('task.completed', 'task.failed'))), '/', toString(uniqExactIf(task_id, kind IN ('task.completed', 'task.failed')))) FROM workflow_events WHERE workflow = {workflow:String}) AS events`,
    { workflow },
  )
  return row!
}

function once(count: number): Record<string, string> {
  const runCount = count / (TASKS + 1)
  const twice = (n: number): string => `${n}/${n}`
  return {
    spans: twice(count),
    tasks: twice(runCount * TASKS),
    runs: twice(runCount),
    incidents: twice(runCount),
    events: twice(runCount * TASKS),
  }
}

interface Finished {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

function runspan(node: Node, args: readonly string[], variables: NodeJS.ProcessEnv = {}): Promise<Finished> {
  const env = {
    ...process.env,
    RUNSPAN_CLICKHOUSE_URL: node.url,
    RUNSPAN_DATA: join(node.dataDir, 'cli'),
    ...variables,
  }
  return new Promise((resolve) => {
    execFile(process.execPath, [BIN, ...args], { env, cwd: node.dataDir }, (error, stdout, stderr) => {
      resolve({ code: typeof error?.code === 'number' ? error.code : error === null ? 0 : 1, stdout, stderr })
    })
  })
}

describe('two shards', () => {
  let cluster: TestCluster
  let first: Node
  let second: Node
  beforeAll(async () => {
    cluster = await startTestCluster(2)
    ;[first, second] = cluster.nodes as [Node, Node]
  })
  afterAll(() => cluster.stop())

  test('the same insert through every node, several times, is stored once, and every run whole on one shard', async () => {
    const spool = newSpool()
    const count = fill(spool, 200, 'repeated')
    const everyNode: Pick<ClickHouse, 'insertNative'> = {
      async insertNative(...insert) {
        for (const node of [first, second, first, second]) await node.clickhouse.insertNative(...insert)
      },
    }
    expect(await sendThrough(spool, everyNode)).toMatchObject({ done: true, error: null })
    for (const { clickhouse } of cluster.nodes) expect(await stored(clickhouse, 'repeated')).toEqual(once(count))
    const shards = await first.clickhouse.query<{ run: string; shards: number[] }>(
      `SELECT SpanAttributes['workflow.run.id'] AS run, groupUniqArray(_shard_num) AS shards FROM otel_traces WHERE SpanAttributes['workflow.name'] = 'repeated' GROUP BY run`,
    )
    expect(new Set(shards.map((row) => row.shards.length))).toEqual(new Set([1]))
    expect(new Set(shards.flatMap((row) => row.shards)).size).toBe(2)
  })

  test('a shard that is killed during inserts gets what it lacks, and no shard anything twice', async () => {
    const spool = newSpool()
    const count = fill(spool, 3000, 'killed')
    let failures = 0
    for (let attempt = 0; waiting(spool).length > 0 && attempt < 60; attempt++) {
      const killer = attempt < 4 ? setTimeout(() => killed(second.pid()), 60 + 90 * attempt) : undefined
      const { error } = await sendThrough(spool, first.clickhouse)
      clearTimeout(killer)
      if (error === null) continue
      failures++
      expect(error).toMatchObject({ code: 'SHARD_UNREACHABLE' })
      await new Promise((resolve) => setTimeout(resolve, 250))
    }
    expect(failures).toBeGreaterThan(0)
    expect(readdirSync(spool.directory)).not.toContain('refused')
    expect(await stored(first.clickhouse, 'killed')).toEqual(once(count))
  })

  test('through the cluster nothing can be written into what the shards’ own views fill', async () => {
    const insert = first.clickhouse.command(`INSERT INTO workflow_tasks (workflow) VALUES ('by hand')`)
    await expect(insert).rejects.toThrow(/no sharding key/)
  })

  test('a follower of events can resume at any event, by shard, and gets each once', async () => {
    const { position: begin } = await eventsSince(second.clickhouse)
    const spool = newSpool()
    for (const prefix of ['followed', 'followed-later']) {
      fill(spool, 6, prefix)
      await sendThrough(spool, first.clickhouse)
    }
    const following = async (from: string, limit: number): Promise<(TrackingEvent & { position: string })[]> => {
      const all: (TrackingEvent & { position: string })[] = []
      for (let position = from; ;) {
        const page = await eventsSince(second.clickhouse, { position, limit })
        if (page.events.length === 0) return all
        all.push(...page.events)
        position = page.position
      }
    }
    const all = await following(begin, 1000)
    expect(all).toHaveLength(2 * 6 * (TASKS + 1))
    expect(new Set(all.map(({ id }) => id)).size).toBe(all.length)
    const inPieces = await following(begin, 7)
    expect(inPieces.map(({ id }) => id).toSorted()).toEqual(all.map(({ id }) => id).toSorted())
    for (const at of [0, 17, 40, 77, 130]) {
      const rest = await following(inPieces[at]!.position, 50)
      expect(rest).toHaveLength(all.length - at - 1)
    }
    await expect(eventsSince(second.clickhouse, { position: '1:2' })).rejects.toMatchObject({
      code: 'INVALID_POSITION',
    })
  })

  test('work that is done shard by shard is refused over the cluster, and done on a shard', async () => {
    const refused = { code: 'NOT_ON_CLUSTER', message: expect.stringContaining('/otel_local') }
    await expect(setTtl(first.clickhouse, 30)).rejects.toMatchObject(refused)
    await expect(backfill(first.clickhouse)).rejects.toMatchObject(refused)
    await expect(cleanUp(first.clickhouse, { olderThanDays: 1 })).rejects.toMatchObject(refused)
    const spool = newSpool()
    fill(spool, 40, 'cleaned')
    await sendThrough(spool, first.clickhouse)
    const counts = async (clickhouse: ClickHouse): Promise<number> =>
      (
        await clickhouse.query<{ n: number }>(
          `SELECT toUInt32(uniqExact(run_id)) AS n FROM workflow_runs WHERE workflow = 'cleaned'`,
        )
      )[0]!.n
    const here = await counts(first.local)
    expect(here).toBeGreaterThan(0)
    expect(here).toBeLessThan(40)
    expect((await setTtl(first.local, 3650)).leftAlone).toEqual([])
    expect(await backfill(first.local)).toMatchObject({ runs: 0, tasks: 0 })
    await cleanUp(first.local, { before: new Date(1_796_000_000_000) })
    expect(await counts(first.local)).toBe(0)
    expect(await counts(first.clickhouse)).toBe(40 - here)
  })
})

describe('three shards', () => {
  let cluster: TestCluster
  let first: Node
  let second: Node
  beforeAll(async () => {
    cluster = await startTestCluster(3, { schema: false })
    ;[first, second] = cluster.nodes as [Node, Node]
  })
  afterAll(() => cluster.stop())
  afterEach(() => second.start())

  test('the command line makes the tables, node by node', async () => {
    for (const node of cluster.nodes) {
      const { code, stdout, stderr } = await runspan(node, [
        'schema',
        'apply',
        '--cluster',
        CLUSTER,
        '--this-node',
        '--json',
      ])
      expect(code, stderr).toBe(0)
      expect((JSON.parse(stdout) as { applied: string[] }).applied).toContain('900_distribute_tables')
    }
    const again = await runspan(first, ['schema', 'apply', '--cluster', CLUSTER, '--this-node'])
    expect(again).toMatchObject({ code: 0, stderr: 'The schema is up to date.\n' })
    const all = await runspan(first, ['schema', 'apply', '--cluster', CLUSTER])
    expect(all).toMatchObject({ code: 1, stderr: expect.stringContaining('--this-node') })
    expect(await runspan(first, ['schema', 'apply', '--this-node'])).toMatchObject({ code: 2 })
    const shown = await runspan(first, ['schema', 'show', '--cluster', CLUSTER, '--database', 'otel'])
    expect(shown.stdout).toContain('ON CLUSTER `house`')
    const checks = JSON.parse((await runspan(first, ['doctor', '--json'])).stdout) as object[]
    expect(checks).toContainEqual({ check: 'cluster', ok: true, detail: 'house: 3 of 3 shards answer', fix: null })
  })

  test('a missing shard is an error, or with --partial a notice; recorded data waits and arrives once', async () => {
    const spool = newSpool()
    const before = fill(spool, 90, 'before')
    await sendThrough(spool, first.clickhouse)
    expect((await runs(first.clickhouse, { limit: 1000 })).runs).toHaveLength(90)
    await second.stop()

    const shard = `127.0.0.1:${second.tcpPort}`
    await expect(runs(first.clickhouse, { limit: 1000 })).rejects.toMatchObject({
      code: 'SHARD_UNREACHABLE',
      message: expect.stringMatching(new RegExp(`${shard} of the cluster does not answer.*--partial`)),
    })
    const failed = await runspan(first, ['runs', '--json'])
    expect(failed).toMatchObject({ code: 1, stdout: '', stderr: expect.stringContaining(shard) })

    const told = `Partial: shard 2 of 3 (${shard}) did not answer.`
    const partial = await runspan(first, ['runs', '--json', '--limit', '1000', '--partial'])
    expect(partial).toMatchObject({ code: 0, stderr: `${told}\n` })
    const rest = (JSON.parse(partial.stdout) as object[]).length
    expect(rest).toBeGreaterThan(20)
    expect(rest).toBeLessThan(90)
    const byVariable = await runspan(first, ['stats'], { RUNSPAN_PARTIAL: '1' })
    expect(byVariable).toMatchObject({ code: 0, stderr: expect.stringContaining(told) })
    const doctor = await runspan(first, ['doctor', '--json'])
    expect(JSON.parse(doctor.stdout)).toContainEqual(
      expect.objectContaining({ check: 'cluster', ok: false, detail: `house: 2 of 3 shards answer. ${told}` }),
    )

    const count = fill(spool, 90, 'meanwhile')
    const sent = await sendThrough(spool, first.clickhouse)
    expect(sent).toMatchObject({ rows: 0, done: false, error: { code: 'SHARD_UNREACHABLE' } })
    expect(await sendThrough(spool, first.clickhouse)).toMatchObject({ rows: 0 })
    expect(waiting(spool)).not.toEqual([])
    await second.start()
    expect(await sendThrough(spool, first.clickhouse)).toMatchObject({ rows: count, done: true, error: null })
    expect(await stored(second.clickhouse, 'meanwhile')).toEqual(once(count))
    expect(await stored(second.clickhouse, 'before')).toEqual(once(before))
  })

  test('a connection that may be partial says so once an outage, and is whole again afterwards', async () => {
    const told: string[] = []
    const clickhouse = new PartialClickHouse({ url: first.url }, (text) => told.push(text))
    onTestFinished(() => clickhouse.close())
    const count = async (): Promise<number> =>
      (
        await clickhouse.query<{ n: number }>(
          'SELECT toUInt32(count()) AS n FROM workflow_tasks WHERE trace_id IN (SELECT trace_id FROM workflow_runs)',
        )
      )[0]!.n
    const whole = await count()
    expect(told).toEqual([])
    await second.stop()
    expect(await count()).toBeLessThan(whole)
    expect(await count()).toBeLessThan(whole)
    expect(told).toEqual([`Partial: shard 2 of 3 (127.0.0.1:${second.tcpPort}) did not answer.`])
    await second.start()
    await expect.poll(count, { interval: 500 }).toBe(whole)
  })
})
