import {
  compareRuns,
  criticalPathShare,
  longestRuns,
  longestTasks,
  runCost,
  runCriticalPath,
  whatIf,
  whatIfWorkflow,
} from '@runspan/analytics'
import { afterAll, beforeAll, expect, test } from 'vitest'

import { startTestServer, type TestServer } from '../servers/clickhouse.ts'
import { fc } from './fast-check.ts'
import { named, randomRuns } from './random-runs.ts'
import { type RunModel, spanId, storeRuns, type TaskModel } from './records.ts'

/*
 * Compares questions about runs with independent computations over the same random runs, which arrive in random order, some
 * records twice.
 */

let at: TestServer
beforeAll(async () => {
  at = await startTestServer()
})
afterAll(() => at.stop())

const RUNS = process.env['RUNSPAN_TEST_ALL'] === '1' ? 16 : 4
const near = (value: number): unknown => expect.closeTo(value, 6)
const total = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0)
const lengthOf = ({ start, end }: TaskModel): number => end - start
const outer = ({ tasks }: RunModel): TaskModel[] =>
  tasks.filter(({ inside, status }) => inside === undefined && status !== 'skipped')

/** Checks everything that must hold for a path by definition, independently of the walk. */
async function expectPath(run: RunModel): Promise<void> {
  const path = await runCriticalPath(at.clickhouse, run.id)
  const ran = outer(run)
  const duration = run.end ?? run.seen! - run.start
  const steps = total(path.steps.map(({ selfSeconds, waitSeconds }) => selfSeconds + waitSeconds))
  expect(steps + path.tailSeconds - path.skewSeconds).toBeCloseTo(duration / 1000, 6)
  expect(path.workSeconds).toBeCloseTo(total(ran.map(lengthOf)) / 1000, 6)
  expect(path.queueSeconds).toBeCloseTo(
    total(ran.filter(({ attempt }) => attempt === 1).map(({ queue }) => queue)) / 1000,
    6,
  )
  expect(path.backoffSeconds).toBeCloseTo(
    total(ran.filter(({ attempt }) => attempt > 1).map(({ queue }) => queue)) / 1000,
    6,
  )
  const moments = [...new Set(ran.flatMap(({ start, end }) => [start, end]))].sort((a, b) => a - b)
  const running = moments.map((time) => ran.filter(({ start, end }) => start <= time && time < end).length)
  expect(path.peakParallelism).toBe(Math.max(0, ...running))
  expect(path.averageParallelism ?? 0).toBeLessThanOrEqual(path.peakParallelism)
  const busy = total(moments.slice(1).map((time, i) => (running[i]! > 0 ? time - moments[i]! : 0)))
  expect(path.busySeconds).toBeCloseTo(busy / 1000, 6)
  // with all waits kept, the end of the run moves only when an attempt on the path gets shorter
  const end = (shorter: string | null): number =>
    replay(run, (task) => lengthOf(task) - (keyOf(task) === shorter ? 0.5 : 0))
  const whole = end(null)
  const onPath = new Set(path.steps.map(({ nodeId, attempt }) => `${nodeId} ${attempt}`))
  const movers = path.method !== 'dependencies' ? [] : ran.map(keyOf).filter((key) => end(key) < whole)
  expect(movers.filter((key) => !onPath.has(key))).toEqual([])
  const walked = path.steps.filter(({ nodeId }) => !nodeId.includes('.')).map(({ taskId }) => taskId)
  expect(walked).toEqual(path.method === 'time' && run.end !== null ? byTime(run) : walked)
}

const keyOf = ({ node, attempt }: TaskModel): string => `${node} ${attempt}`

/** Jaeger's recursion among siblings, from its description. */
function byTime(run: RunModel): string[] {
  const path: string[] = []
  let cursor = Infinity
  for (;;) {
    const [next] = outer(run)
      .filter(({ start, end }) => end <= cursor + 1 && start < cursor)
      .toSorted(
        (a, b) =>
          b.end - a.end ||
          b.start - a.start ||
          (spanId(run.id, a.node, a.attempt) < spanId(run.id, b.node, b.attempt) ? -1 : 1),
      )
    if (next === undefined) return path
    path.unshift(spanId(run.id, next.node, next.attempt))
    cursor = next.start
  }
}

/** Returns when the last task ends with other durations, by recursion from each task to its dependencies. */
function replay(run: RunModel, durationOf: (task: TaskModel) => number): number {
  const tasks = run.tasks.filter(({ inside }) => inside === undefined)
  const order = tasks.toSorted(
    (a, b) =>
      a.start - b.start ||
      a.attempt - b.attempt ||
      (spanId(run.id, a.node, a.attempt) < spanId(run.id, b.node, b.attempt) ? -1 : 1),
  )
  // a task has declared dependencies if it waits for another, or another for it
  const names = new Set(tasks.map(({ node }) => node))
  const edges = tasks.flatMap(({ node, dependencies }) =>
    dependencies.filter((name) => names.has(name)).map((name) => [node, name]),
  )
  const declaresAll = new Set(edges.flat()).size === names.size
  const before = (task: TaskModel): TaskModel[] => {
    const earlier = order.slice(0, order.indexOf(task))
    const attempt = earlier.filter(({ node, attempt: k }) => node === task.node && k === task.attempt - 1)
    const waited = attempt.length > 0 ? attempt : earlier.filter(({ node }) => task.dependencies.includes(node))
    if (edges.length === 0 || (waited.length === 0 && !declaresAll)) {
      const [last] = earlier
        .filter(({ end }) => end <= task.start + 1)
        .toSorted((a, b) => b.end - a.end || order.indexOf(b) - order.indexOf(a))
      return last === undefined ? [] : [last]
    }
    return waited
  }
  const ends = new Map<TaskModel, number>()
  for (const task of order) {
    const waitedFor = before(task)
    const observed = waitedFor.length === 0 ? 0 : Math.max(...waitedFor.map(({ end }) => end))
    const then = waitedFor.length === 0 ? 0 : Math.max(...waitedFor.map((earlier) => ends.get(earlier)!))
    ends.set(task, then + (task.start - observed) + durationOf(task))
  }
  return Math.max(0, ...ends.values())
}

test('critical path, waiting, parallelism and what-if equal their definitions', async () => {
  await fc.assert(
    fc.asyncProperty(randomRuns(1, 8), fc.integer(), async (models, seed) => {
      const { workflow, runs } = named(models)
      await storeRuns(at, runs, seed)
      for (const run of runs) {
        await expectPath(run)
        const node = outer(run)[0]?.node
        if (node === undefined) continue
        for (const speedup of [1, 2, 0.5]) {
          const answer = await whatIf(at.clickhouse, { runId: run.id, nodeId: node, speedup })
          const duration = run.end ?? run.seen! - run.start
          const saved =
            replay(run, lengthOf) - replay(run, (task) => lengthOf(task) / (task.node === node ? speedup : 1))
          expect(answer).toMatchObject({ durationSeconds: near(duration / 1000), savedSeconds: near(saved / 1000) })
          expect(answer.partial).toBe(run.end === null)
        }
        const limited = await whatIf(at.clickhouse, { runId: run.id, nodeId: node, speedup: 1, workers: 2 })
        expect(limited.savedSeconds).toBeCloseTo(0, 6)
      }
      const ended = runs.filter(({ end, tasks }) => end !== null && tasks.length > 0)
      const node = ended.flatMap(outer)[0]?.node
      if (node === undefined) return
      const answer = await whatIfWorkflow(at.clickhouse, { workflow, nodeId: node, speedup: 4 })
      const first = (run: RunModel): number => Math.min(...run.tasks.map(({ start }) => start))
      const times = ended.map((run) => ({
        before: replay(run, lengthOf) - first(run),
        after: replay(run, (task) => lengthOf(task) / (task.node === node ? 4 : 1)) - first(run),
      }))
      expect(answer.runs).toBe(ended.length)
      expect(answer.savedSeconds).toBeCloseTo(
        total(times.map(({ before, after }) => before - after)) / times.length / 1000,
        6,
      )
      expect(answer.slowerRuns).toBe(0)
    }),
    { numRuns: RUNS, endOnFailure: true },
  )
})

test('runs compared, what they cost and which were largest', async () => {
  await fc.assert(
    fc.asyncProperty(randomRuns(2, 6), fc.integer(), async (models, seed) => {
      const { workflow, runs } = named(models)
      await storeRuns(at, runs, seed)
      const duration = (run: RunModel): number => (run.end ?? run.seen! - run.start) / 1000
      const ids = runs.map(({ id }) => id)
      const { runs: compared, tasks } = await compareRuns(at.clickhouse, ids)
      expect(compared.map(({ run }) => run.runId)).toEqual(ids)
      const nodes = new Set(runs.flatMap((run) => run.tasks.map(({ node }) => node)))
      expect(new Set(tasks.map(({ nodeId }) => nodeId))).toEqual(nodes)
      for (const [i, { tailSeconds, skewSeconds, differenceSeconds }] of compared.entries()) {
        // the parts explain the whole
        const parts = total(tasks.map((task) => task.runs[i]?.pathSeconds ?? 0))
        expect(parts + tailSeconds - skewSeconds).toBeCloseTo(duration(runs[i]!), 6)
        // only completed runs are compared in time, with the first of them
        const completed = runs.filter(({ status, end }) => status === 'completed' && end !== null)
        expect(differenceSeconds).toEqual(
          completed.length > 1 && completed.includes(runs[i]!)
            ? near(duration(runs[i]!) - duration(completed[0]!))
            : null,
        )
        for (const task of tasks) {
          const own = runs[i]!.tasks.filter(({ node }) => node === task.nodeId)
          const expected = {
            attempts: own.length,
            status: own.at(-1)?.status,
            durationSeconds: near(total(own.map(lengthOf)) / 1000),
            score: null,
          }
          expect([task.runs[i]]).toMatchObject([own.length === 0 ? null : expected])
        }
      }
      const byLength = await longestRuns(at.clickhouse, { workflow, limit: 3 })
      expect(byLength.map(({ durationSeconds }) => durationSeconds)).toEqual(
        runs
          .map(duration)
          .toSorted((a, b) => b - a)
          .slice(0, 3)
          .map(near),
      )
      const longest = await longestTasks(at.clickhouse, { workflow, by: 'disk', limit: 4 })
      const read = ({ measured }: TaskModel): number =>
        (measured?.['process.disk.io.read'] ?? 0) / (measured?.['workflow.task.concurrency'] ?? 1)
      const all = runs.flatMap((run) => run.tasks.filter(({ status }) => status !== 'skipped'))
      expect(longest.map(({ diskBytes }) => diskBytes)).toEqual(
        all
          .map(read)
          .toSorted((a, b) => b - a)
          .slice(0, 4)
          .map(near),
      )
      for (const run of runs) {
        const cpu = (list: readonly TaskModel[]): number =>
          total(
            list.map(
              ({ measured }) =>
                ((measured?.['process.cpu.time.user'] ?? 0) + (measured?.['process.cpu.time.system'] ?? 0)) /
                (measured?.['workflow.task.concurrency'] ?? 1),
            ),
          )
        const memory = total(
          run.tasks.map(
            (task) =>
              (((task.measured?.['process.memory.peak'] ?? 0) / 1e9) * lengthOf(task)) /
              1000 /
              (task.measured?.['workflow.task.concurrency'] ?? 1),
          ),
        )
        const prices = { perCpuSecond: 2, perGigabyteSecond: 3 }
        expect(await runCost(at.clickhouse, { runId: run.id, prices })).toMatchObject({
          cpuSeconds: near(cpu(run.tasks)),
          gigabyteSeconds: near(memory),
          cost: near(cpu(run.tasks) * 2 + memory * 3),
          wastedCpuSeconds: near(cpu(run.tasks.filter(({ status }) => status !== 'completed'))),
        })
      }
    }),
    { numRuns: RUNS, endOnFailure: true },
  )
})

test('nothing and too little', async () => {
  expect(await criticalPathShare(at.clickhouse, { workflow: 'none' })).toEqual([])
  expect(await whatIfWorkflow(at.clickhouse, { workflow: 'none', nodeId: 'a', speedup: 2 })).toMatchObject({
    runs: 0,
    p50Seconds: null,
    savedSeconds: null,
    savedShare: null,
    ceilingSeconds: null,
  })
  expect(await longestRuns(at.clickhouse, { workflow: 'none' })).toEqual([])
  expect(await longestTasks(at.clickhouse, { workflow: 'none' })).toEqual([])
  await storeRuns(at, [{ id: 'bare', workflow: 'bare', start: 0, end: 0, status: 'completed', tasks: [] }], 1)
  expect(await runCriticalPath(at.clickhouse, 'bare')).toMatchObject({
    steps: [],
    averageParallelism: null,
    peakParallelism: 0,
  })
  expect(await runCost(at.clickhouse, { runId: 'bare' })).toMatchObject({
    cpuSeconds: 0,
    cost: null,
    memoryFrom: 'none',
  })
  await expect(whatIf(at.clickhouse, { runId: 'bare', nodeId: 'a', speedup: 2 })).rejects.toMatchObject({
    code: 'NODE_NOT_FOUND',
  })
  await expect(whatIf(at.clickhouse, { runId: 'bare', nodeId: 'a', speedup: 0 })).rejects.toMatchObject({
    code: 'INVALID_SPEEDUP',
  })
  await expect(compareRuns(at.clickhouse, ['bare'])).rejects.toMatchObject({ code: 'INVALID_LIMIT' })
})
