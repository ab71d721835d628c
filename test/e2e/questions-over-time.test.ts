import { costs, failureClusters, flakyTasks, slaAttainment, throughput } from '@runspan/analytics'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

import { startTestServer, type TestServer } from '../servers/clickhouse.ts'
import { fc } from './fast-check.ts'
import { named, randomRuns } from './random-runs.ts'
import { DAY, type RunModel, storeRuns, type TaskModel } from './records.ts'

/*
 * Compares questions over time with independent computations over the same random runs, which arrive in random order, some
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
const time = (milliseconds: number): Date => new Date(DAY + milliseconds)

interface Interval {
  readonly from: number
  readonly to: number
}

/** Returns the maximum and the mean over a stretch, from the moments of change. */
function level(intervals: readonly Interval[], from: number, to: number): { mean: number; peak: number } {
  const inside = intervals.filter((interval) => interval.from < to && interval.to > from && interval.to > interval.from)
  const moments = [from, ...inside.flatMap((interval) => [interval.from, interval.to]), to]
    .filter((moment) => moment >= from && moment <= to)
    .sort((a, b) => a - b)
  let [area, peak] = [0, 0]
  for (const [i, moment] of moments.slice(0, -1).entries()) {
    const now = inside.filter((interval) => interval.from <= moment && interval.to > moment).length
    peak = Math.max(peak, now)
    area += now * (moments[i + 1]! - moment)
  }
  return { mean: near(area / (to - from)) as number, peak }
}

test('throughput, queue and concurrency equal a count at every moment', async () => {
  const range = fc.record({
    from: fc.nat(90_000_000),
    length: fc.integer({ min: 10_000, max: 90_000_000 }),
    buckets: fc.integer({ min: 1, max: 30 }),
  })
  await fc.assert(
    fc.asyncProperty(randomRuns(0, 10), fc.integer(), range, async (models, seed, { from, length, buckets }) => {
      const { workflow, runs } = named(models)
      await storeRuns(at, runs, seed)
      const to = from + length
      const interval = Math.max(1, Math.ceil(length / 1000 / buckets))
      const answer = await throughput(at.clickhouse, { workflow, from: time(from), to: time(to), interval })
      expect(answer.exact).toBe(true)
      const endOf = (run: RunModel): number => (run.end === null ? run.seen! : run.start + run.end)
      const tasks = runs.flatMap((run) =>
        run.tasks
          .filter(({ status }) => status !== 'skipped')
          .map((task) => ({ ...task, from: run.start + task.start, to: run.start + task.end })),
      )
      const queued = tasks
        .filter(({ attempt }) => attempt === 1)
        .map((task) => ({ from: task.from - task.queue, to: task.from }))
      const borders = answer.buckets.map(({ startTime }) => Date.parse(startTime) - DAY)
      expect(borders[0]).toBe(from)
      expect(borders.slice(1).every((border) => (border + DAY) % (interval * 1000) === 0)).toBe(true)
      for (const [i, bucket] of answer.buckets.entries()) {
        const [begin, stop] = [borders[i]!, borders[i + 1] ?? to]
        const within = (moment: number): boolean => moment >= begin && moment < stop
        expect(bucket).toEqual({
          startTime: time(begin).toISOString(),
          seconds: (stop - begin) / 1000,
          runsStarted: runs.filter((run) => within(run.start)).length,
          runsEnded: runs.filter((run) => run.end !== null && within(run.start + run.end)).length,
          tasksStarted: tasks.filter((task) => within(task.from)).length,
          tasksEnded: tasks.filter((task) => within(task.to)).length,
          tasksFailed: tasks.filter((task) => task.status === 'failed' && within(task.to)).length,
          runningRuns: level(
            runs.map((run) => ({ from: run.start, to: endOf(run) })),
            begin,
            stop,
          ),
          runningTasks: level(tasks, begin, stop),
          queuedTasks: level(queued, begin, stop),
        })
      }
    }),
    { numRuns: RUNS, endOnFailure: true },
  )
})

test('days of a zone with a change of clocks, and what runs now', async () => {
  const berlin = await throughput(at.clickhouse, {
    from: new Date('2026-10-23T22:00:00Z'),
    to: new Date('2026-10-26T23:00:00Z'),
    interval: 'day',
    timeZone: 'Europe/Berlin',
  })
  expect(berlin.buckets.map(({ seconds }) => seconds / 3600)).toEqual([24, 25, 24])
  const now = Date.now()
  const running: RunModel = {
    id: 'now-run',
    workflow: 'now',
    start: now - DAY - 60_000,
    end: null,
    status: 'completed',
    tasks: [],
    openTasks: [{ node: 'a', start: 30_000 }],
    seen: now - DAY - 1000,
  }
  await storeRuns(at, [running], 1)
  const answer = await throughput(at.clickhouse, {
    workflow: 'now',
    from: new Date(now - 120_000),
    to: new Date(now + 60_000),
    interval: 3600,
  })
  const seconds = total(answer.buckets.map((bucket) => bucket.runningTasks.mean * bucket.seconds))
  expect(seconds).toBeGreaterThanOrEqual(30)
  expect(seconds).toBeLessThan(50)
  expect(total(answer.buckets.map(({ tasksStarted }) => tasksStarted))).toBe(1)
  expect(total(answer.buckets.map(({ tasksEnded }) => tasksEnded))).toBe(0)
  await expect(throughput(at.clickhouse, { from: time(5), to: time(5) })).rejects.toMatchObject({
    code: 'INVALID_RANGE',
  })
  await expect(throughput(at.clickhouse, { from: time(0), to: time(9e9), interval: 1 })).rejects.toMatchObject({
    code: 'INVALID_INTERVAL',
  })
})

test('attainment, cost, failure clusters and flaky tasks equal a count over the runs', async () => {
  await fc.assert(
    fc.asyncProperty(
      randomRuns(0, 14),
      fc.integer(),
      fc.integer({ min: 1, max: 12_000 }),
      async (models, seed, limit) => {
        const { workflow, runs } = named(models)
        await storeRuns(at, runs, seed)
        await expectAttainment(workflow, runs, limit)
        await expectCosts(workflow, runs)
        await expectClusters(workflow, runs)
        await expectFlaky(workflow, runs)
      },
    ),
    { numRuns: RUNS, endOnFailure: true },
  )
})

async function expectAttainment(workflow: string, runs: readonly RunModel[], limit: number): Promise<void> {
  const answer = await slaAttainment(at.clickhouse, { workflow, limitSeconds: limit / 1000 })
  const verdict = (run: RunModel): string => {
    if (run.end === null) return 'lost' // days old, and silent since
    if (run.status !== 'completed') return run.status
    return run.end <= limit ? 'met' : 'late'
  }
  const count = (...names: string[]): number => runs.filter((run) => names.includes(verdict(run))).length
  const missed = count('lost', 'failed', 'late')
  expect(answer).toMatchObject({
    met: count('met'),
    missed,
    undecided: 0,
    cancelled: count('cancelled'),
    attained: count('met') + missed === 0 ? null : near(count('met') / (count('met') + missed)),
    reasons: { late: count('late'), failed: count('failed'), lost: count('lost'), running: 0, absent: 0 },
  })
  expect(answer.missedRuns).toHaveLength(missed)
  expect(total(answer.days.map((day) => day.met + day.missed + day.undecided))).toBe(runs.length - count('cancelled'))
}

const share = ({ measured }: TaskModel): number => measured?.['workflow.task.concurrency'] ?? 1
const cpu = (task: TaskModel): number =>
  ((task.measured?.['process.cpu.time.user'] ?? 0) + (task.measured?.['process.cpu.time.system'] ?? 0)) / share(task)
const memory = (task: TaskModel): number =>
  ((task.measured?.['process.memory.peak'] ?? 0) / 1e9) * ((task.end - task.start) / 1000 / share(task))

async function expectCosts(workflow: string, runs: readonly RunModel[]): Promise<void> {
  const rows = await costs(at.clickhouse, { workflow, by: 'task', prices: { perCpuSecond: 0.5, perGigabyteSecond: 2 } })
  const tasks = runs.flatMap((run) => run.tasks).filter(({ status }) => status !== 'skipped')
  const expected = [...new Set(tasks.map(({ node }) => node))].map((node) => {
    const own = tasks.filter((task) => task.node === node)
    const wasted = own.filter(({ status }) => status !== 'completed')
    const price = (list: readonly TaskModel[]): number => total(list.map(cpu)) * 0.5 + total(list.map(memory)) * 2
    return {
      nodeId: node,
      attempts: own.length,
      cpuSeconds: near(total(own.map(cpu))),
      gigabyteSeconds: near(total(own.map(memory))),
      cost: near(price(own)),
      wastedCost: near(price(wasted)),
    }
  })
  const byNode = (a: { nodeId: string | null }, b: { nodeId: string | null }): number =>
    a.nodeId! < b.nodeId! ? -1 : 1
  expect(rows.toSorted(byNode)).toMatchObject(expected.toSorted(byNode))
  // the days of a zone add up to the same
  const days = await costs(at.clickhouse, { workflow, by: 'day', timeZone: 'America/New_York' })
  expect(total(days.map(({ cpuSeconds }) => cpuSeconds))).toBeCloseTo(total(tasks.map(cpu)), 6)
}

/** Returns the kind by definition: the type, and the message without numbers and ids. */
const kindOf = (task: TaskModel): string =>
  `${task.error!.type}: ${task.error!.message.replaceAll(/[0-9a-f]{8}-[0-9a-f-]{27}/g, 'U').replaceAll(/\d+/g, 'N')}`

async function expectClusters(workflow: string, runs: readonly RunModel[]): Promise<void> {
  const clusters = await failureClusters(at.clickhouse, { workflow })
  const failures = runs.flatMap((run) =>
    run.tasks
      .filter(({ status }) => status === 'failed')
      .map((task) => ({ task, run, start: run.start + task.start, kind: kindOf(task) })),
  )
  const lastOf = (run: RunModel, node: string): TaskModel =>
    run.tasks
      .filter((task) => task.node === node)
      .toSorted((a, b) => a.attempt - b.attempt)
      .at(-1)!
  /** Returns the first permanent failure of a failed run. */
  const firstFailure = (run: RunModel): string | undefined => {
    if (run.status !== 'failed' || run.end === null) return undefined
    const [first] = run.tasks
      .filter((task) => task.status === 'failed' && lastOf(run, task.node) === task)
      .toSorted((a, b) => a.end - b.end)
    return first === undefined ? undefined : kindOf(first)
  }
  const kinds = [...new Set(failures.map(({ kind }) => kind))]
  expect(clusters).toHaveLength(kinds.length)
  const expected = kinds.map((kind) => {
    const own = failures.filter((failure) => failure.kind === kind)
    const starts = own.map(({ start }) => start)
    return {
      errorType: kind.split(':')[0],
      count: own.length,
      runs: new Set(own.map(({ run }) => run.id)).size,
      nodes: [...new Set(own.map(({ task }) => task.node))].toSorted(),
      firstSeen: `${time(Math.min(...starts))
        .toISOString()
        .slice(0, -1)}000000Z`,
      lastSeen: `${time(Math.max(...starts))
        .toISOString()
        .slice(0, -1)}000000Z`,
    }
  })
  const order = (a: { errorType?: string | undefined }, b: { errorType?: string | undefined }): number =>
    a.errorType! < b.errorType! ? -1 : 1
  expect(clusters.toSorted(order)).toMatchObject(expected.toSorted(order))
  const failedRuns = runs.filter((run) => firstFailure(run) !== undefined).length
  expect(total(clusters.map(({ runsFailed }) => runsFailed))).toBe(failedRuns)
  expect(total(clusters.flatMap(({ days }) => days.map(({ count }) => count)))).toBe(failures.length)
}

async function expectFlaky(workflow: string, runs: readonly RunModel[]): Promise<void> {
  const flaky = (await flakyTasks(at.clickhouse, { workflow })).filter(({ kind }) => kind === 'recovers')
  const nodes = [...new Set(runs.flatMap((run) => run.tasks.map(({ node }) => node)))]
  const expected = nodes.flatMap((node) => {
    const attempts = runs.map((run) => run.tasks.filter((task) => task.node === node && task.status !== 'skipped'))
    const ran = attempts.filter((list) => list.length > 0)
    const recovered = ran.filter((list) => list.at(-1)!.status === 'completed' && list.length > 1)
    if (recovered.length < 2) return []
    const failed = recovered.flatMap((list) => list.filter(({ status }) => status === 'failed'))
    const retries = recovered.flatMap((list) => list.filter(({ attempt }) => attempt > 1))
    return [
      {
        nodeId: node,
        runs: ran.length,
        recoveredRuns: recovered.length,
        rate: near(recovered.length / ran.length),
        wastedSeconds: near(total(failed.map(({ start, end }) => end - start)) / 1000),
        backoffSeconds: near(total(retries.map(({ queue }) => queue)) / 1000),
      },
    ]
  })
  const byNode = (a: { nodeId: string }, b: { nodeId: string }): number => (a.nodeId < b.nodeId ? -1 : 1)
  expect(flaky.toSorted(byNode)).toMatchObject(expected.toSorted(byNode))
}

describe('attainment', () => {
  const run = (id: string, start: number, end: number | null, more: Partial<RunModel> = {}): RunModel => ({
    id,
    workflow: 'due',
    start,
    end,
    status: 'completed',
    tasks: [],
    ...more,
  })

  test('a limit after a time in the metadata, running and silent runs, times without a run', async () => {
    const hour = 3_600_000
    await storeRuns(
      at,
      [
        run('due-1', 2 * hour, 60_000, { metadata: { due: '2026-11-20T01:59:00Z' } }),
        run('due-2', 26 * hour, 60_000, { metadata: { due: '2026-11-21T01:00:00Z' } }),
        run('due-3', 74 * hour, 60_000),
      ],
      1,
    )
    const byDue = await slaAttainment(at.clickhouse, {
      workflow: 'due',
      limitSeconds: 300,
      reference: { metadata: 'due' },
    })
    expect(byDue).toMatchObject({ met: 1, missed: 1, withoutReference: 1, attained: 0.5 })
    expect(byDue.missedRuns).toMatchObject([{ runId: 'due-2', reason: 'late', secondsAfterReference: near(3660) }])
    const daily = await slaAttainment(at.clickhouse, {
      workflow: 'due',
      limitSeconds: 300,
      expected: { at: '02:30', timeZone: 'Europe/Berlin' },
      from: time(0),
      to: time(96 * hour),
    })
    // 22 November has none
    expect(daily).toMatchObject({ met: 3, missed: 1, attained: 0.75, reasons: { absent: 1 } })
    expect(daily.absentTimes).toEqual(['2026-11-22T01:30:00.000Z'])
  })

  test('a run still within its limit is undecided, one past it is missed', async () => {
    const now = Date.now() - DAY
    await storeRuns(
      at,
      [
        run('still-1', now - 50_000, null, { workflow: 'still', seen: now }),
        run('still-2', now - 500_000, null, { workflow: 'still', seen: now }),
        run('still-3', now - 500_000, null, { workflow: 'still', seen: now - 400_000 }),
      ],
      1,
    )
    expect(await slaAttainment(at.clickhouse, { workflow: 'still', limitSeconds: 100 })).toMatchObject({
      met: 0,
      missed: 2,
      undecided: 1,
      attained: 0,
      reasons: { running: 1, lost: 1 },
    })
  })
})

test('a task that fails for good now and then is flaky; an outage is not; what always fails is broken', async () => {
  const runs = Array.from({ length: 60 }, (_, i): RunModel => {
    const task = (node: string, fails: boolean): TaskModel => ({
      node,
      attempt: 1,
      start: 0,
      end: 1000,
      queue: 0,
      status: fails ? 'failed' : 'completed',
      dependencies: [],
      ...(fails ? { error: { type: 'Error', message: 'no' } } : {}),
    })
    return {
      id: `mixed-${i}`,
      workflow: 'mixed',
      start: i * 3_600_000,
      end: 2000,
      status: 'completed',
      version: '7',
      tasks: [
        task('at-times', i % 9 === 4),
        task('outage', i >= 20 && i < 27),
        task('broken', true),
        task('fine', false),
      ],
    }
  })
  await storeRuns(at, runs, 3)
  const flaky = await flakyTasks(at.clickhouse, { workflow: 'mixed' })
  expect(flaky).toMatchObject([{ nodeId: 'at-times', kind: 'intermittent', runs: 60, failedRuns: 7, recoveredRuns: 0 }])
  expect(flaky[0]!.rateAtLeast).toBeCloseTo(0.0577, 3)
})

test('nothing and too little', async () => {
  expect(await flakyTasks(at.clickhouse, { workflow: 'none' })).toEqual([])
  expect(await failureClusters(at.clickhouse, { workflow: 'none' })).toEqual([])
  expect(await costs(at.clickhouse, { workflow: 'none' })).toEqual([])
  expect(await slaAttainment(at.clickhouse, { workflow: 'none', limitSeconds: 1 })).toMatchObject({
    attained: null,
    days: [],
  })
  const empty = await throughput(at.clickhouse, { workflow: 'none', from: time(0), to: time(1000), interval: 1 })
  expect(empty.buckets).toMatchObject([{ tasksStarted: 0, runningTasks: { mean: 0, peak: 0 } }])
  await expect(costs(at.clickhouse, { timeZone: 'Mars/Base' })).rejects.toMatchObject({ code: 'INVALID_TIME_ZONE' })
})
