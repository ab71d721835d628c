import { runCriticalPath, runs, runStats } from '@runspan/analytics'
import { dashboardHtml } from '@runspan/report'
import { afterAll, beforeAll, expect, test } from 'vitest'

import { readDashboard } from '../../packages/workspace/src/documents/read-dashboard.ts'
import { startTestServer, type TestServer } from '../servers/clickhouse.ts'
import { DAY, type RunModel, storeRuns } from './records.ts'

/* More runs than a dashboard lists, and runs whose times are those of several hosts. */

let at: TestServer
beforeAll(async () => {
  at = await startTestServer()
})
afterAll(() => at.stop())

const RANGE = { since: new Date(DAY - 86_400_000), to: new Date(DAY + 2 * 86_400_000) }

test('the headline of a workflow with more runs than are listed speaks of those, with numbers that go together', async () => {
  const [all, listed, every] = [5400, 5000, 10]
  await at.clickhouse.command(
    `INSERT INTO workflow_runs (run_id, run_key, engine, workflow, state, own_start, own_end, first_task, last_task, last_seen)
    SELECT concat('many-', toString(number)) AS id, id AS key, 'runspan', 'many', bitOr(bitOr(bitShiftLeft(toUInt64(3), 62), bitShiftLeft(toUInt64(toUnixTimestamp64Micro(toDateTime64(ended, 6))), 4)), if(number % {every:UInt32} = 5, 6, 3)) AS state,
      fromUnixTimestamp64Milli({day:Int64} + number * 1000, 'UTC') AS began, began + 2 AS ended, toDateTime64('2262-01-01 00:00:00', 9), toDateTime64(0, 9), ended FROM numbers({all:UInt32})`,
    { all, every, day: DAY },
  )
  expect(await runStats(at.clickhouse, { workflow: 'many' })).toMatchObject({ totalRuns: all, completedRuns: 4860 })
  const document = await readDashboard(at.clickhouse, { workflow: 'many', ...RANGE })
  expect(document.runs).toHaveLength(listed)
  const html = dashboardHtml({ ...document, reports: {} })
  expect(html).toContain('Fine: 4500 of the latest 5000 runs completed')
  expect(html).toContain('500 of the latest 5000 runs failed')
  expect(html).not.toContain('4860 of')
})

test('tasks of a host whose clock is an hour ahead do not run more at once than there are', async () => {
  const task = (node: string, start: number): RunModel['tasks'][number] => ({
    node,
    attempt: 1,
    start,
    end: start + 9000,
    queue: 0,
    status: 'completed',
    dependencies: [],
  })
  const tasks = [task('here', 0), task('there', 3_600_000), task('elsewhere', -3_600_000)]
  await storeRuns(
    at,
    [{ id: 'skewed', workflow: 'skewed', start: 7_200_000, end: 10_000, status: 'completed', tasks }],
    1,
  )
  const path = await runCriticalPath(at.clickhouse, 'skewed')
  expect(path.peakParallelism).toBe(1)
  expect(path.averageParallelism).toBeLessThanOrEqual(1)
  expect(path.workSeconds).toBe(27)
})

test('where one task of a chain names what it waits for, the run is not all waiting', async () => {
  const nodes = ['extract', 'clean', 'join', 'load']
  const tasks = nodes.map((node, i) => ({
    node,
    attempt: 1,
    start: i * 1000,
    end: i * 1000 + 990,
    queue: 0,
    status: 'completed' as const,
    dependencies: node === 'clean' ? ['extract'] : [],
  }))
  await storeRuns(at, [{ id: 'partly', workflow: 'partly', start: 0, end: 4000, status: 'completed', tasks }], 1)
  const path = await runCriticalPath(at.clickhouse, 'partly')
  expect(path.method).toBe('mixed')
  expect(path.steps.map(({ nodeId }) => nodeId)).toEqual(nodes)
  expect(path.steps.reduce((sum, { waitSeconds }) => sum + waitSeconds, 0)).toBeCloseTo(0.03, 6)
  expect((await runs(at.clickhouse, { workflow: 'partly' })).runs).toHaveLength(1)
})
