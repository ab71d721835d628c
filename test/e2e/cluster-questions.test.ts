import { run, runs } from '@runspan/analytics'
import { type ClickHouse, placeTasks } from '@runspan/clickhouse'
import { ingestFile, ingestRequest } from '@runspan/collector'
import { afterAll, beforeAll, expect, test } from 'vitest'

import * as allQuestions from '../../packages/analytics/src/questions/index.ts'
import { type Condition, type ConditionType, findingsOf } from '../../packages/notify/src/conditions/index.ts'
import { ENGINES, fixture } from '../fixtures/paths.ts'
import { startTestServer, type TestServer } from '../servers/clickhouse.ts'
import { type ClusterSpool, readerOf, spoolBeside, startTestCluster, type TestCluster } from '../servers/cluster.ts'
import { history, questions } from './every-question.ts'
import { DAY, type RunModel, storeRuns } from './records.ts'

/*
 * Compares the answers of a cluster of two shards, asked at either node, with those of one server with the same data.
 */

/** Needs a minute and three servers: otherwise skipped. */
const ALL = process.env['RUNSPAN_TEST_ALL'] === '1'

let one: TestServer
let cluster: TestCluster
let beside: ClusterSpool
beforeAll(async () => {
  if (!ALL) return
  ;[one, cluster] = await Promise.all([startTestServer(), startTestCluster(2)])
  beside = spoolBeside(cluster.nodes)
})
afterAll(async () => {
  if (!ALL) return
  beside.stop()
  await Promise.all([one.stop(), cluster.stop()])
})

const DAY_MS = 86_400_000
const SEED = 20_261_125

/** Tested elsewhere: events in cluster.test.ts; the second only returns whether there is such a run. */
const ELSEWHERE = ['eventsSince', 'runIfAny']

test('no question is left out', () => {
  const all = Object.entries(allQuestions).flatMap(([name, value]) => (typeof value === 'function' ? [name] : []))
  const asked = new Set([...Object.keys(questions(history())), ...ELSEWHERE])
  expect(all.filter((name) => !asked.has(name))).toEqual([])
})

/** Returns what alerts would find. */
function conditions(): Record<string, (clickhouse: ClickHouse) => Promise<unknown>> {
  const find =
    <Type extends ConditionType>(type: Type, condition: Extract<Condition, { type: Type }>) =>
    (clickhouse: ClickHouse): Promise<unknown> =>
      findingsOf(type, condition, {
        clickhouse,
        workflow: type === 'noRun' || type === 'taskRegression' ? 'orders' : undefined,
        from: new Date(DAY - 20 * DAY_MS),
        now: new Date(DAY + DAY_MS),
        open: [],
      })
  return {
    failedRun: find('failedRun', { type: 'failedRun' }),
    failureRate: find('failureRate', { type: 'failureRate', above: 0.01, windowSeconds: 20 * 86_400 }),
    noRun: find('noRun', { type: 'noRun', everySeconds: 60 }),
    taskRegression: find('taskRegression', {
      type: 'taskRegression',
      windowSeconds: 7 * 86_400,
      baselineSeconds: 14 * 86_400,
    }),
    duration: find('duration', { type: 'duration', limitSeconds: 3 }),
    lostRun: find('lostRun', { type: 'lostRun' }),
    memoryPeak: async (clickhouse) => ({
      words: 'of what arrived lately, nothing may be too large',
      found: await find('memoryPeak', { type: 'memoryPeak', aboveBytes: 1 })(clickhouse),
    }),
  }
}

/** Rounds numbers: sums of fractions depend on their order in the last digits. */
function near(value: unknown): unknown {
  if (typeof value === 'number') return expect.closeTo(value, 6)
  if (Array.isArray(value)) return value.map(near)
  if (value instanceof Date || value === null || typeof value !== 'object') return value
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, near(inner)]))
}

/** Returns the answers that differ between this connection and one server. */
async function differing(
  clickhouse: ClickHouse,
  asked: Record<string, (clickhouse: ClickHouse) => Promise<unknown>>,
): Promise<string[]> {
  const different: string[] = []
  for (const [name, ask] of Object.entries(asked)) {
    const expected = await ask(one.clickhouse)
    if (JSON.stringify(expected).length < 40) different.push(`${name}: nothing to compare`)
    try {
      expect(await ask(clickhouse)).toEqual(near(expected))
    } catch (error) {
      different.push(`${name}: ${String(error).slice(0, 1000)}`)
    }
  }
  return different
}

test.skipIf(!ALL)(
  'runs of all engines lie whole on one shard, and are answered as by one server (needs RUNSPAN_TEST_ALL=1)',
  async () => {
    for (const engine of ENGINES) {
      for (const at of [one, beside]) {
        await ingestFile(fixture(`engines/${engine}/traces.jsonl`), at.spool)
        await at.deliver()
      }
    }
    for (const { local } of cluster.nodes) await placeTasks(local)
    const [asked] = cluster.nodes
    const scattered = await asked!.clickhouse.query(
      `SELECT run_id, groupUniqArray(shard) AS shards FROM (
      SELECT run_id, _shard_num AS shard FROM workflow_runs UNION ALL SELECT run_id, _shard_num FROM workflow_tasks) GROUP BY run_id HAVING length(shards) > 1`,
    )
    expect(scattered).toEqual([])
    const shards = await asked!.clickhouse.query(
      'SELECT _shard_num AS shard, uniqExact(run_id) > 5 AS many FROM workflow_runs GROUP BY shard ORDER BY shard',
    )
    expect(shards).toEqual([
      { shard: 1, many: 1 },
      { shard: 2, many: 1 },
    ])
    const all = await runs(one.clickhouse, { limit: 1000 })
    expect(
      await differing(asked!.clickhouse, {
        runs: (c) => runs(c, { limit: 1000 }),
        run: (c) => Promise.all(all.runs.map(({ runId }) => run(c, runId))),
      }),
    ).toEqual([])
  },
)

test.skipIf(!ALL)(
  'every question is answered as by one server (needs RUNSPAN_TEST_ALL=1)',
  async () => {
    const models = history()
    await Promise.all([one, beside].map((at) => storeRuns(at, models, SEED)))
    for (const at of [one, beside]) {
      for (const request of hostMetrics(models[0]!)) ingestRequest(request, at.spool)
      await at.deliver()
    }
    const asked = { ...questions(models), ...conditions() }
    expect(await differing(cluster.nodes[0]!.clickhouse, asked)).toEqual([])
    const reader = readerOf(cluster.nodes[1]!)
    expect(await differing(reader, asked)).toEqual([])
    await reader.close()
  },
  120_000,
)

test.skipIf(!ALL)(
  'a user that may change no setting reads what needs none, and is told what its profile lacks (needs RUNSPAN_TEST_ALL=1)',
  async () => {
    const fixed = readerOf(cluster.nodes[0]!, 'fixed')
    expect((await fixed.query<{ n: number }>('SELECT count() > 0 AS n FROM workflow_runs'))[0]).toEqual({ n: 1 })
    const ofAllShards = fixed.query(
      'SELECT count() FROM workflow_tasks WHERE run_id IN (SELECT run_id FROM workflow_runs)',
    )
    await expect(ofAllShards).rejects.toThrow(/distributed_product_mode/)
    await fixed.close()
  },
)

/** Returns samples of the process of a run. */
function hostMetrics(model: RunModel): object[] {
  const text = (key: string, value: string): object => ({ key, value: { stringValue: value } })
  const from = Math.floor((DAY + model.start) / 1000) - 5
  const points = Array.from({ length: 20 }, (_, i) => ({
    timeUnixNano: `${from + i}000000000`,
    startTimeUnixNano: `${from - 100}000000000`,
    asDouble: i * 0.5,
  }))
  const metric = (name: string, isMonotonic: boolean): object => ({
    name,
    sum: { aggregationTemporality: 2, isMonotonic, dataPoints: points },
  })
  return [
    {
      resourceMetrics: [
        {
          resource: { attributes: [text('service.name', 'test'), text('service.instance.id', 'one')] },
          scopeMetrics: [
            {
              scope: { name: 'host' },
              metrics: [metric('process.cpu.time', true), metric('process.memory.usage', false)],
            },
          ],
        },
      ],
    },
  ]
}
