import { anomalies, bottlenecks, changePoints, compareRuns, regressions, timeLeft } from '@runspan/analytics'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

import { changesByPairs } from '../../packages/analytics/src/statistics/pettitt.fixture.ts'
import { startTestServer, type TestServer } from '../servers/clickhouse.ts'
import { fc } from './fast-check.ts'
import { named } from './random-runs.ts'
import { DAY, type RunModel, storeRuns, type TaskModel } from './records.ts'

/* Compares questions about changes with independent computations over the same runs. */

let at: TestServer
beforeAll(async () => {
  at = await startTestServer()
})
afterAll(() => at.stop())

const RUNS = process.env['RUNSPAN_TEST_ALL'] === '1' ? 12 : 4
const DAY_MS = 86_400_000
const near = (value: number, digits = 6): unknown => expect.closeTo(value, digits)
const time = (milliseconds: number): Date => new Date(DAY + milliseconds)
const task = (node: string, start: number, end: number, more: Partial<TaskModel> = {}): TaskModel => ({
  node,
  attempt: 1,
  start,
  end,
  queue: 0,
  status: 'completed',
  dependencies: [],
  ...more,
})

const groupBy = <T>(rows: readonly T[], keyOf: (row: T) => number): T[][] =>
  [...new Set(rows.map(keyOf))].map((key) => rows.filter((row) => keyOf(row) === key))

/** Same as ClickHouse's `quantileExact`. */
const pick = (values: readonly number[], level: number): number =>
  values.toSorted((a, b) => a - b)[Math.min(values.length - 1, Math.floor(level * values.length))]!
const middle = (values: readonly number[]): number => {
  const sorted = values.toSorted((a, b) => a - b)
  return (sorted[Math.floor((sorted.length - 1) / 2)]! + sorted[Math.ceil((sorted.length - 1) / 2)]!) / 2
}

/**
 * Two-sided p of Mann and Whitney from counted pairs, and how often the second is longer minus how often it is shorter.
 */
function pairs(a: readonly number[], b: readonly number[]): { p: number; delta: number } {
  let [longer, shorter] = [0, 0]
  for (const x of a)
    for (const y of b)
      if (y > x) longer++
      else if (y < x) shorter++
  const [n, m, all] = [a.length, b.length, a.length + b.length]
  const counts = new Map<number, number>()
  for (const value of [...a, ...b]) counts.set(value, (counts.get(value) ?? 0) + 1)
  const ties = [...counts.values()].reduce((sum, count) => sum + count ** 3 - count, 0)
  const spread = Math.sqrt(((n * m) / 12) * (all + 1 - ties / (all * (all - 1))))
  const u = longer + (n * m - longer - shorter) / 2
  const z = (Math.abs(u - (n * m) / 2) - 0.5) / spread
  return { p: spread === 0 ? 1 : Math.min(1, 2 * upperTail(z)), delta: (longer - shorter) / (n * m) }
}

/** Area under the normal curve above z, by Simpson's rule. */
function upperTail(z: number): number {
  const density = (x: number): number => Math.exp((-x * x) / 2) / Math.sqrt(2 * Math.PI)
  const steps = 2000
  const width = Math.abs(z) / steps
  let sum = 0
  for (let i = 0; i <= steps; i++) sum += density(i * width) * (i === 0 || i === steps ? 1 : i % 2 === 1 ? 4 : 2)
  const inside = (sum * width) / 3
  return z >= 0 ? 0.5 - inside : 0.5 + inside
}

test('regressions equal pair counts, medians of all ratios and exact binomial sums', async () => {
  const node = fc.record({
    usual: fc.integer({ min: 100, max: 5000 }),
    shift: fc.constantFrom(1, 1, 1.05, 1.3, 2, 0.6),
    failsBefore: fc.constantFrom(0, 0, 0.05),
    failsAfter: fc.constantFrom(0, 0, 0.3),
  })
  const world = fc.record({
    nodes: fc.array(node, { minLength: 1, maxLength: 5 }),
    noise: fc.array(fc.double({ min: 0.7, max: 1.4, noNaN: true }), { minLength: 400, maxLength: 400 }),
    chance: fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 400, maxLength: 400 }),
    counts: fc.tuple(fc.integer({ min: 6, max: 40 }), fc.integer({ min: 6, max: 40 })),
  })
  await fc.assert(
    fc.asyncProperty(world, fc.integer(), async ({ nodes, noise, chance, counts }, seed) => {
      const make = (i: number, after: boolean): RunModel => ({
        id: '',
        workflow: '',
        start: (after ? 8 : 0) * DAY_MS + i * 3.9 * 3_600_000,
        end: 20_000,
        status: 'completed',
        tasks: nodes.map(({ usual, shift, failsBefore, failsAfter }, k) => {
          const draw = (i * 7 + k * 31 + (after ? 200 : 0)) % 400
          const failed = chance[draw]! < (after ? failsAfter : failsBefore)
          const length = Math.round(usual * noise[draw]! * (after ? shift : 1))
          return task(`n${k}`, 0, length, failed ? { status: 'failed', error: { type: 'E', message: 'm' } } : {})
        }),
      })
      const { workflow, runs } = named([
        ...Array.from({ length: counts[0] }, (_, i) => make(i, false)),
        ...Array.from({ length: counts[1] }, (_, i) => make(i, true)),
      ])
      await storeRuns(at, runs, seed)
      const answer = await regressions(at.clickhouse, {
        workflow,
        baseline: { from: time(0), to: time(8 * DAY_MS) },
        candidate: { from: time(8 * DAY_MS), to: time(16 * DAY_MS) },
      })
      const of = (name: string, after: boolean): { task: TaskModel; day: number }[] =>
        runs
          .filter((run) => run.start >= 8 * DAY_MS === after)
          .flatMap((run) =>
            run.tasks
              .filter((row) => row.node === name)
              .map((row) => ({ task: row, day: Math.floor(run.start / DAY_MS) })),
          )
      const tests: { key: string; p: number }[] = []
      const durations: object[] = []
      const failures: object[] = []
      for (const [k] of nodes.entries()) {
        const name = `n${k}`
        const sides = [of(name, false), of(name, true)] as const
        const lengths = sides.map((rows) =>
          rows
            .filter((row) => row.task.status === 'completed')
            .map((row) => ({ day: row.day, value: Math.log((row.task.end - row.task.start) * 1e6) })),
        )
        const [a, b] = lengths.map((rows) => rows.map(({ value }) => value)) as [number[], number[]]
        if (Math.min(a.length, b.length) >= 8) {
          const { p, delta } = pairs(a, b)
          tests.push({ key: `d${name}`, p })
          const all = a.flatMap((x) => b.map((y) => y - x))
          const days = lengths.map((rows) =>
            groupBy(rows, ({ day }) => day).map((list) =>
              pick(
                list.map(({ value }) => value),
                0.5,
              ),
            ),
          ) as [number[], number[]]
          const enough = p < 0.05 && Math.min(days[0].length, days[1].length) >= 5
          durations.push({
            nodeId: name,
            baselineCount: a.length,
            candidateCount: b.length,
            pValue: near(p, 4),
            cliffsDelta: near(delta),
            ratio: near(Math.exp(p < 0.05 ? middle(all) : pick(b, 0.5) - pick(a, 0.5)), 4),
            dayPValue: enough ? near(pairs(...days).p, 4) : null,
          })
        }
        const [failedA, failedB] = sides.map((rows) => rows.filter((row) => row.task.status === 'failed').length) as [
          number,
          number,
        ]
        const [countA, countB] = [sides[0].length, sides[1].length]
        if (Math.min(countA, countB) >= 8 && failedA + failedB > 0) {
          const p = fisher(failedA, countA, failedB, countB)
          tests.push({ key: `f${name}`, p })
          failures.push({
            nodeId: name,
            baselineFailureRate: near(failedA / countA),
            candidateFailureRate: near(failedB / countB),
            pValue: near(p, 4),
          })
        }
      }
      const byNode = (x: { nodeId?: string }, y: { nodeId?: string }): number => (x.nodeId! < y.nodeId! ? -1 : 1)
      expect(answer.durations.toSorted(byNode)).toMatchObject(durations)
      expect(answer.failures.toSorted(byNode)).toMatchObject(failures)
      expect(
        Math.min(2, ...answer.durations.map(({ smallestDetectableRatio }) => smallestDetectableRatio)),
      ).toBeGreaterThanOrEqual(1.1)
      // step-up, from the largest p on
      const rising = tests.toSorted((x, y) => x.p - y.p)
      for (const [i, { key }] of rising.entries()) {
        const q = Math.min(1, ...rising.slice(i).map(({ p }, j) => (p * rising.length) / (i + j + 1)))
        const row = [
          ...answer.durations.map((item) => ({ key: `d${item.nodeId}`, q: item.qValue })),
          ...answer.failures.map((item) => ({ key: `f${item.nodeId}`, q: item.qValue })),
        ].find((item) => item.key === key)
        expect(row!.q).toBeCloseTo(q, 3)
      }
    }),
    { numRuns: RUNS, endOnFailure: true },
  )
})

/** By the exact probabilities of all tables, from Pascal's triangle. */
function fisher(failedA: number, countA: number, failedB: number, countB: number): number {
  const choose = (n: number, k: number): number => {
    let value = 1
    for (let i = 0; i < k; i++) value = (value * (n - i)) / (i + 1)
    return value
  }
  const failed = failedA + failedB
  const probability = (k: number): number =>
    (choose(countA, k) * choose(countB, failed - k)) / choose(countA + countB, failed)
  const observed = probability(failedA)
  let sum = 0
  for (let k = Math.max(0, failed - countB); k <= Math.min(failed, countA); k++)
    if (probability(k) <= observed * (1 + 1e-7)) sum += probability(k)
  return sum
}

test('change points equal Pettitt’s test by counted pairs', async () => {
  const world = fc.record({
    days: fc.integer({ min: 14, max: 20 }), // space for one change
    noise: fc.array(fc.double({ min: 0.92, max: 1.08, noNaN: true }), { minLength: 300, maxLength: 300 }),
    steps: fc.array(fc.record({ day: fc.integer({ min: 0, max: 24 }), by: fc.constantFrom(0.6, 0.8, 1.3, 1.05, 2) }), {
      maxLength: 2,
    }),
  })
  await fc.assert(
    fc.asyncProperty(world, fc.integer(), async ({ days, noise, steps }, seed) => {
      const level = (day: number): number =>
        steps.reduce((product, step) => (day >= step.day ? product * step.by : product), 1000)
      const { workflow, runs } = named(
        Array.from({ length: days * 5 }, (_, i): RunModel => {
          const day = Math.floor(i / 5)
          const length = Math.round(level(day) * noise[i % 300]!)
          return {
            id: '',
            workflow: '',
            start: (day - days) * DAY_MS + (i % 5) * 3_600_000,
            end: length,
            status: 'completed',
            tasks: [task('a', 0, length)],
          }
        }),
      )
      await storeRuns(at, runs, seed)
      const medians = Array.from({ length: days }, (_, day) => {
        const lengths = runs.slice(day * 5, day * 5 + 5).map(({ end }) => end!)
        return {
          day: new Date(DAY + (day - days) * DAY_MS).toISOString().slice(0, 10),
          value: Math.log(pick(lengths, 0.5) * 1e6),
        }
      })
      const values = medians.map(({ value }) => value)
      const expected = changesByPairs(values, Math.log(1.1)).map(({ index, pValue }) => ({
        day: medians[index]!.day,
        p: pValue,
      }))
      const found = await changePoints(at.clickhouse, { workflow })
      for (const nodeId of [null, 'a']) {
        const own = found.filter((change) => change.nodeId === nodeId).toSorted((a, b) => (a.day < b.day ? -1 : 1))
        expect(own.map(({ day, pValue }) => ({ day, p: pValue }))).toEqual(
          expected.map(({ day, p }) => ({ day, p: near(p) })),
        )
      }
    }),
    { numRuns: Math.ceil(RUNS / 2), endOnFailure: true },
  )
})

describe('anomalies', () => {
  test('equal the modified z-score of the logarithms, of what completed and of what runs', async () => {
    const now = Date.now() - DAY
    const lengths = (i: number): number => 1000 + ((i * 7919) % 400)
    const earlier = Array.from({ length: 60 }, (_, i): RunModel => {
      const length = lengths(i)
      return {
        id: `usual-${i}`,
        workflow: 'usual',
        start: now - 20 * DAY_MS + i * 3_600_000,
        end: length,
        status: 'completed',
        tasks: [task('a', 0, length)],
      }
    })
    const slow: RunModel = {
      id: 'usual-slow',
      workflow: 'usual',
      start: now - 3_600_000,
      end: 9000,
      status: 'completed',
      tasks: [task('a', 0, 9000)],
    }
    const open: RunModel = {
      id: 'usual-open',
      workflow: 'usual',
      start: now - 50_000,
      end: null,
      status: 'completed',
      tasks: [],
      seen: now - 1000,
      openTasks: [
        { node: 'a', start: 10_000 },
        { node: 'never-seen', start: 10_000 },
      ],
    }
    await storeRuns(at, [...earlier, slow, open], 1)
    const answer = await anomalies(at.clickhouse, {
      workflow: 'usual',
      from: time(now - DAY_MS),
      to: time(now + 60_000),
    })
    const logs = earlier.map((_, i) => Math.log(lengths(i) * 1e6))
    const center = pick(logs, 0.5)
    const deviation = pick(
      logs.map((value) => Math.abs(value - center)),
      0.5,
    )
    const score = (Math.log(9e9) - center) / Math.max(1.4826 * deviation, 0.05)
    expect(answer.tasks).toMatchObject([
      { runId: 'usual-open', nodeId: 'a', status: 'running', usualAttempts: 60 },
      {
        runId: 'usual-slow',
        nodeId: 'a',
        status: 'completed',
        usualAttempts: 60,
        durationSeconds: 9,
        score: near(score),
        usualSeconds: near(Math.exp(center) / 1e9),
      },
    ])
    expect(answer.tasks[0]!.durationSeconds).toBeGreaterThanOrEqual(40)
    expect(answer.runs.map(({ runId }) => runId)).toEqual(['usual-open', 'usual-slow'])
    // the same run next to an ordinary one: the difference is named
    const { tasks } = await compareRuns(at.clickhouse, ['usual-59', 'usual-slow'])
    expect(tasks[0]).toMatchObject({
      nodeId: 'a',
      runs: [{ unusual: false }, { unusual: true, score: near(score) }],
    })
    // 19 are too few
    await storeRuns(
      at,
      earlier.slice(0, 19).map((run) => ({ ...run, id: `few-${run.id}`, workflow: 'few' })),
      1,
    )
    await storeRuns(at, [{ ...slow, id: 'few-slow', workflow: 'few' }], 1)
    expect(
      await anomalies(at.clickhouse, { workflow: 'few', from: time(now - DAY_MS), to: time(now + 60_000) }),
    ).toEqual({ runs: [], tasks: [] })
  })
})

test('time left: what runs takes what is left of those that took longer, what has not begun its usual time', async () => {
  const now = Date.now() - DAY
  // a, then b and c in parallel, then d
  const run = (i: number, [a, b, c, d]: readonly number[]): RunModel => ({
    id: `left-${i}`,
    workflow: 'left',
    start: now - 10 * DAY_MS + i * DAY_MS,
    status: 'completed',
    end: a! + Math.max(b!, c!) + 100 + d! + 50,
    tasks: [
      task('a', 0, a!),
      task('b', a!, a! + b!, { dependencies: ['a'] }),
      task('c', a!, a! + c!, { dependencies: ['a'] }),
      task('d', a! + Math.max(b!, c!) + 100, a! + Math.max(b!, c!) + 100 + d!, { dependencies: ['b', 'c'] }),
    ],
  })
  const times = [3, 4, 5, 6, 7, 8, 9].map((k) => [10_000, k * 10_000, 20_000, k * 1000])
  const open: RunModel = {
    id: 'left-open',
    workflow: 'left',
    start: now - 60_000,
    end: null,
    status: 'completed',
    seen: now - 500,
    tasks: [task('a', 0, 9000), task('c', 9000, 29_000)],
    openTasks: [{ node: 'b', start: 9000 }],
  }
  await storeRuns(at, [...times.map((list, i) => run(i, list)), open], 2)
  const answer = await timeLeft(at.clickhouse, 'left-open')
  // b has run for some 51 s: of 60, 70, 80, 90 s the middle is 75 s; then 0.1 s, and d, 6 s in the middle
  const left = 75 - (answer.elapsedSeconds - 9) + 0.1 + 6
  expect(answer).toMatchObject({
    status: 'running',
    basis: 'tasks',
    historyRuns: 7,
    overdue: false,
    runningTasks: ['b'],
    waitingTasks: ['d'],
    leftSeconds: near(left, 3),
  })
  expect(answer.p10LeftSeconds).toBeLessThan(left)
  expect(answer.p90LeftSeconds).toBeGreaterThan(left)
  expect(Date.parse(answer.expectedEndTime!)).toBeGreaterThan(Date.now())
  // longer than ever
  const long = { ...open, id: 'left-long', start: now - 200_000 }
  await storeRuns(at, [long], 2)
  expect(await timeLeft(at.clickhouse, 'left-long')).toMatchObject({ leftSeconds: null, overdue: true })
  expect(await timeLeft(at.clickhouse, 'left-1')).toMatchObject({ leftSeconds: 0, status: 'completed' })
})

test('bottlenecks: each reason where it holds, and none where nothing stands out', async () => {
  const runs = Array.from({ length: 60 }, (_, i): RunModel => {
    const unsteady = i % 8 === 0 ? 9000 : 2000
    const list = [
      task('slow', 0, 10_000, {
        measured: { 'process.cpu.time.user': 9.5, 'process.memory.peak': i === 7 ? 900e6 : 100e6 },
      }),
      task('waiting', 15_000, 16_000, { queue: 5000, dependencies: ['slow'] }),
      task('unsteady', 16_000, 16_000 + unsteady, { dependencies: ['waiting'] }),
      ...(i % 2 === 0
        ? [
            task('retried', 16_000 + unsteady, 18_000 + unsteady, {
              dependencies: ['unsteady'],
              status: 'failed',
              error: { type: 'E', message: 'm' },
            }),
          ]
        : []),
      task('retried', 18_000 + unsteady, 21_000 + unsteady, {
        attempt: i % 2 === 0 ? 2 : 1,
        dependencies: ['unsteady'],
      }),
      task('beside', 0, 3000),
    ]
    return {
      id: `held-${i}`,
      workflow: 'held',
      start: i * 600_000,
      end: 22_000 + unsteady,
      status: 'completed',
      tasks: list,
    }
  })
  await storeRuns(at, runs, 5)
  const answer = await bottlenecks(at.clickhouse, { workflow: 'held' })
  expect(answer).toMatchObject({ runs: 60, insufficient: false, medianRunSeconds: 23 })
  const reasons = Object.fromEntries(
    answer.bottlenecks.map(({ nodeId, causes }) => [nodeId, causes.map(({ reason }) => reason).toSorted()]),
  )
  expect(reasons).toEqual({
    slow: ['busy', 'memory', 'slow'],
    waiting: ['waiting'],
    unsteady: ['unsteady'],
    retried: ['retried'],
  })
  const saved = Object.fromEntries(
    answer.bottlenecks.flatMap(({ nodeId, causes }) =>
      causes.map(({ reason, savedSeconds }) => [`${nodeId} ${reason}`, savedSeconds]),
    ),
  )
  expect(saved).toMatchObject({
    'slow slow': near(5),
    'waiting waiting': near(5),
    'unsteady unsteady': near((8 / 60) * 7),
    'retried retried': near(1),
  })
  expect(answer.bottlenecks.map(({ nodeId }) => nodeId)).not.toContain('beside')
  await storeRuns(
    at,
    runs.slice(0, 19).map((run) => ({ ...run, id: `few-${run.id}`, workflow: 'few-held' })),
    5,
  )
  // fewer runs than a reliable answer needs: the same tasks, with `insufficient` set
  const few = await bottlenecks(at.clickhouse, { workflow: 'few-held' })
  expect(few).toMatchObject({ runs: 19, insufficient: true })
  expect(few.bottlenecks.map(({ nodeId }) => nodeId).toSorted()).toEqual(
    answer.bottlenecks.map(({ nodeId }) => nodeId).toSorted(),
  )
})

test('nothing and too little', async () => {
  expect(await bottlenecks(at.clickhouse, { workflow: 'none' })).toEqual({
    workflow: 'none',
    runs: 0,
    medianRunSeconds: null,
    bottlenecks: [],
    insufficient: true,
    slowerThanP90: [],
  })
  expect(await changePoints(at.clickhouse, { workflow: 'none' })).toEqual([])
  expect(await regressions(at.clickhouse, { workflow: 'none' })).toMatchObject({
    baseline: null,
    candidate: null,
    durations: [],
    failures: [],
  })
  const empty = { baseline: { from: time(0), to: time(1) }, candidate: { from: time(1), to: time(2) } }
  expect(await regressions(at.clickhouse, { workflow: 'none', ...empty })).toMatchObject({
    durations: [],
    failures: [],
    insufficient: 0,
  })
  expect(await anomalies(at.clickhouse, { workflow: 'none', from: time(0), to: time(1) })).toEqual({
    runs: [],
    tasks: [],
  })
})
