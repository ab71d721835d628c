import {
  changePoints,
  compareRuns,
  failureClusters,
  flakyTasks,
  longestTasks,
  regressions,
  run,
  runCriticalPath,
  type RunReport,
  runs,
  whatIf,
} from '@runspan/analytics'
import { ingestFile } from '@runspan/collector'
import { afterAll, beforeAll, expect, test } from 'vitest'

import { ENGINES, fixture } from '../fixtures/paths.ts'
import { startTestServer, type TestServer } from '../servers/clickhouse.ts'
import { DAY, type RunModel, storeRuns, type TaskModel } from './records.ts'

/*
 * Questions over recordings of real engines, and over a history made from them with a planted change, a slower and a flaky
 * task.
 */

let at: TestServer
let recorded: RunReport[]
beforeAll(async () => {
  at = await startTestServer()
  for (const engine of ENGINES) {
    await ingestFile(fixture(`engines/${engine}/traces.jsonl`), at.spool)
  }
  await at.deliver()
  const { runs: list } = await runs(at.clickhouse, { limit: 1000 })
  recorded = []
  for (const { runId } of list) recorded.push(await run(at.clickhouse, runId))
})
afterAll(() => at.stop())

const total = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0)

test('every recorded run: the path adds up, a task that is no faster saves nothing, a run equals itself', async () => {
  expect(recorded.length).toBeGreaterThan(30)
  for (const { runId, durationSeconds, taskList, status } of recorded) {
    const path = await runCriticalPath(at.clickhouse, runId)
    const parts = total(path.steps.map(({ selfSeconds, waitSeconds }) => selfSeconds + waitSeconds))
    // a running one is longer at the next question
    expect(status === 'running' ? durationSeconds : parts + path.tailSeconds - path.skewSeconds, runId).toBeCloseTo(
      durationSeconds,
      5,
    )
    const outer = taskList.filter(
      ({ parentTaskId, status: state }) => parentTaskId === undefined && state !== 'skipped',
    )
    expect(path.workSeconds, runId).toBeCloseTo(total(outer.map((task) => task.durationSeconds ?? 0)), 5)
    const nodeId = outer.find(({ endTime }) => endTime !== null)?.nodeId
    if (nodeId === undefined) continue
    const same = await whatIf(at.clickhouse, { runId, nodeId, speedup: 1 })
    expect(same.savedSeconds, runId).toBeCloseTo(0, 5)
    expect((await whatIf(at.clickhouse, { runId, nodeId, speedup: 10 })).savedSeconds, runId).toBeGreaterThanOrEqual(
      -1e-9,
    )
  }
  const etl = recorded.filter(({ workflow }) => workflow === 'lab etl')
  const { tasks } = await compareRuns(at.clickhouse, [etl[0]!.runId, etl[0]!.runId])
  expect(
    tasks.every(
      ({ differenceSeconds, pathDifferenceSeconds }) => differenceSeconds === 0 && pathDifferenceSeconds === 0,
    ),
  ).toBe(true)
})

test('failures and the longest attempts are those of the recordings', async () => {
  const attempts = recorded.flatMap(({ taskList }) => taskList)
  const failed = attempts.filter(({ status }) => status === 'failed')
  const clusters = await failureClusters(at.clickhouse, {})
  expect(total(clusters.map(({ count }) => count))).toBe(failed.length)
  expect(new Set(clusters.flatMap(({ nodes }) => nodes))).toEqual(new Set(failed.map(({ nodeId }) => nodeId)))
  const longest = await longestTasks(at.clickhouse, { limit: 5 })
  const lengths = attempts.flatMap(({ durationSeconds }) => durationSeconds ?? [])
  expect(longest.map(({ durationSeconds }) => durationSeconds)).toEqual(
    lengths
      .toSorted((a, b) => b - a)
      .slice(0, 5)
      .map((seconds) => expect.closeTo(seconds, 6)),
  )
})

const DAY_MS = 86_400_000
const DAYS = 35
const RUNS_A_DAY = 10
const SLOWER_FROM = 21

/**
 * Five weeks of the recorded workflow `lab etl`: each task takes one of its recorded times, and varies like recorded tasks
 * around their median.
 */
function history(): RunModel[] {
  const sources = recorded.filter(({ workflow, status }) => workflow === 'lab etl' && status === 'completed')
  const nodes = sources[0]!.taskList.map(({ nodeId }) => nodeId)
  const timesOf = new Map(
    nodes.map((nodeId) => [
      nodeId,
      sources.flatMap(({ taskList }) =>
        taskList.filter((task) => task.nodeId === nodeId).map((task) => (task.durationSeconds ?? 0) * 1000),
      ),
    ]),
  )
  let state = 7
  const random = (): number => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647
  return Array.from({ length: DAYS * RUNS_A_DAY }, (_, i): RunModel => {
    const day = Math.floor(i / RUNS_A_DAY)
    let cursor = 0
    const tasks = nodes.flatMap((node, k): TaskModel[] => {
      const times = timesOf.get(node)!
      // a random mix of two recorded ones
      const [a, b] = [times[Math.floor(random() * times.length)]!, times[Math.floor(random() * times.length)]!]
      const slower = k === 1 && day >= SLOWER_FROM ? 1.8 : 1
      const length = Math.max(2, Math.round((a + (b - a) * random()) * slower * 10))
      const common = { node, queue: 1, dependencies: k === 0 ? [] : [nodes[k - 1]!] }
      const list: TaskModel[] = []
      if (k === 2 && random() < 0.08) {
        list.push({
          ...common,
          attempt: 1,
          start: cursor + 1,
          end: cursor + 1 + length,
          status: 'failed',
          error: { type: 'ECONNRESET', message: `socket ${i} hung up` },
        })
        cursor += length + 1
      }
      list.push({
        ...common,
        attempt: list.length + 1,
        start: cursor + 1,
        end: cursor + 1 + length,
        status: 'completed',
      })
      cursor += length + 1
      return list
    })
    return {
      id: `planted-${i}`,
      workflow: 'planted',
      start: (day - DAYS) * DAY_MS + (i % RUNS_A_DAY) * 7_200_000,
      end: cursor + 3,
      status: 'completed',
      tasks,
    }
  })
}

test('a slower task, the day it became so, and a flaky task are found, and nothing else', async () => {
  const models = history()
  await storeRuns(at, models, 4)
  const nodes = [...new Set(models[0]!.tasks.map(({ node }) => node))]
  const now = new Date(DAY)
  const slowFrom = new Date(DAY + (SLOWER_FROM - DAYS) * DAY_MS)
  const answer = await regressions(at.clickhouse, {
    workflow: 'planted',
    baseline: { from: new Date(slowFrom.getTime() - 14 * DAY_MS), to: slowFrom },
    candidate: { from: slowFrom, to: now },
  })
  const changed = answer.durations.filter(({ verdict }) => verdict !== 'same')
  expect(changed.map(({ nodeId, verdict }) => ({ nodeId, verdict }))).toEqual([{ nodeId: nodes[1], verdict: 'slower' }])
  expect(changed[0]!.ratio).toBeGreaterThan(1.4)
  expect(changed[0]!.ratio).toBeLessThan(2.3)
  expect(answer.failures.filter(({ verdict }) => verdict !== 'same')).toEqual([])
  const points = await changePoints(at.clickhouse, { workflow: 'planted', of: 'tasks' })
  expect(points.map(({ nodeId, kind }) => ({ nodeId, kind }))).toEqual([{ nodeId: nodes[1], kind: 'change' }])
  expect(Math.abs(Date.parse(points[0]!.day) - slowFrom.getTime()) / DAY_MS).toBeLessThanOrEqual(2)
  const flaky = await flakyTasks(at.clickhouse, { workflow: 'planted' })
  const recovered = models.filter(({ tasks }) => tasks.some(({ attempt }) => attempt === 2)).length
  expect(flaky).toMatchObject([
    { nodeId: nodes[2], kind: 'recovers', recoveredRuns: recovered, runs: models.length, errorType: 'ECONNRESET' },
  ])
  // nothing is found before a change is planted
  const before = await regressions(at.clickhouse, {
    workflow: 'planted',
    baseline: { from: new Date(slowFrom.getTime() - 20 * DAY_MS), to: new Date(slowFrom.getTime() - 10 * DAY_MS) },
    candidate: { from: new Date(slowFrom.getTime() - 10 * DAY_MS), to: slowFrom },
  })
  expect([...before.durations, ...before.failures].filter(({ verdict }) => verdict !== 'same')).toEqual([])
})
