import type {
  Bottlenecks,
  ComparedTaskRun,
  FlakyTask,
  Regressions,
  RunComparison,
  TaskRegression,
  WhatIfRun,
} from '@runspan/analytics'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import { bottlenecksView } from './bottlenecks-view.ts'
import { compareView } from './compare-view.ts'
import { flakyView } from './flaky-view.ts'
import { nodesView } from './nodes-view.ts'
import { regressionsView } from './regressions-view.ts'
import { summary } from './run.fixture.ts'
import { statsView } from './stats-view.ts'
import { makeTerminal, type Terminal } from './terminal.ts'
import { cells, clip } from './text.ts'
import { whatifView } from './whatif-view.ts'

const now = new Date('2026-11-24T15:12:00Z')
const ESCAPE = new RegExp(`${String.fromCharCode(27)}\\[(\\d+)m`, 'g')
const plain = (width: number): Terminal => makeTerminal({ width, color: false, now })

const bottlenecks = (nodeId = 'load-warehouse', workflow = 'nightly-orders'): Bottlenecks => ({
  workflow,
  runs: 412,
  medianRunSeconds: 194,
  insufficient: false,
  slowerThanP90: [nodeId],
  bottlenecks: [
    {
      nodeId,
      count: 412,
      shareOfCriticalPath: 0.42,
      selfSeconds: 61,
      waitSeconds: 80,
      p50DurationSeconds: 58,
      p95DurationSeconds: 190,
      causes: [
        { reason: 'waiting', value: 0.57, threshold: 0.5, savedSeconds: 80, recommendation: 'Allow more at once.' },
        { reason: 'slow', value: 0.3, threshold: 0.25, savedSeconds: 29, recommendation: 'Split it.' },
        { reason: 'memory', value: 2.4, threshold: 2, savedSeconds: null, recommendation: 'Read in pieces.' },
      ],
    },
    {
      nodeId: 'extract',
      count: 412,
      shareOfCriticalPath: 0.12,
      selfSeconds: 20,
      waitSeconds: 0,
      p50DurationSeconds: 19,
      p95DurationSeconds: 24,
      causes: [],
    },
  ],
})

const regression = (
  nodeId: string,
  ratio: number,
  verdict: TaskRegression['verdict'],
  workflow: string,
): TaskRegression => ({
  workflow,
  nodeId,
  baselineCount: 140,
  candidateCount: 139,
  baselineMedianSeconds: 12,
  candidateMedianSeconds: 12 * ratio,
  ratio,
  cliffsDelta: 0.6,
  pValue: 1e-6,
  qValue: verdict === 'same' ? 0.7 : 2e-5,
  dayPValue: 0.01,
  smallestDetectableRatio: 1.14,
  verdict,
})

const regressions = (nodeId = 'load-warehouse', workflow = 'nightly-orders'): Regressions => ({
  by: 'time',
  insufficient: 2,
  baseline: { from: new Date('2026-11-10T00:00:00Z'), to: new Date('2026-11-17T00:00:00Z') },
  candidate: { from: new Date('2026-11-17T00:00:00Z'), to: new Date('2026-11-24T00:00:00Z') },
  durations: [
    regression(nodeId, 1.27, 'slower', workflow),
    regression('extract', 0.8, 'faster', workflow),
    regression('clean', 1.01, 'same', workflow),
  ],
  failures: [
    {
      workflow,
      nodeId,
      baselineCount: 140,
      candidateCount: 150,
      baselineFailureRate: 0.004,
      candidateFailureRate: 0.12,
      pValue: 0.0001,
      qValue: 0.002,
      verdict: 'more often',
    },
  ],
})

const flaky = (nodeId = 'load-warehouse', workflow = 'nightly-orders', errorMessage = 'socket hang up'): FlakyTask => ({
  workflow,
  nodeId,
  kind: 'recovers',
  runs: 412,
  recoveredRuns: 18,
  failedRuns: 1,
  rate: 18 / 412,
  rateAtLeast: 0.028,
  wastedSeconds: 540,
  backoffSeconds: 90,
  firstSeen: '2026-10-30T10:00:00Z',
  lastSeen: '2026-11-24T02:00:00Z',
  errorType: 'ECONNRESET',
  errorMessage,
})

const inRun = (seconds: number, more: Partial<ComparedTaskRun> = {}): ComparedTaskRun => ({
  status: 'completed',
  attempts: 1,
  durationSeconds: seconds,
  queueSeconds: 0,
  pathSeconds: seconds,
  pathWaitSeconds: 0,
  onPath: true,
  score: null,
  unusual: false,
  ...more,
})

const comparison = (nodeId = 'load-warehouse', runId = summary().runId): RunComparison => {
  const run = (id: string, seconds: number): RunComparison['runs'][number] => ({
    run: summary({ runId: id, status: 'completed', durationSeconds: seconds }),
    differenceSeconds: seconds - 180,
    ratio: seconds / 180,
    tailSeconds: 0,
    skewSeconds: 0,
    workSeconds: seconds,
    waitSeconds: 3,
    averageParallelism: 1.4,
  })
  return {
    compared: { first: 0, last: 1 },
    runs: [run(runId, 180), run('01a20b4a-9999-7c3e-9b1d-6f0a8e2c4d77', 197)],
    tasks: [
      {
        nodeId,
        runs: [inRun(60), inRun(82, { score: 5.2, unusual: true, attempts: 2 })],
        differenceSeconds: 22,
        ratio: 82 / 60,
        pathDifferenceSeconds: 22,
        pathWaitDifferenceSeconds: 0,
      },
      {
        nodeId: 'extract',
        runs: [inRun(30), inRun(25)],
        differenceSeconds: -5,
        ratio: 25 / 30,
        pathDifferenceSeconds: -5,
        pathWaitDifferenceSeconds: 0,
      },
      {
        nodeId: 'notify',
        runs: [inRun(2, { onPath: false, pathSeconds: 0, status: 'failed' }), null],
        differenceSeconds: null,
        ratio: null,
        pathDifferenceSeconds: 0,
        pathWaitDifferenceSeconds: 0,
      },
    ],
  }
}

const whatif = (more: Partial<WhatIfRun> = {}): WhatIfRun => ({
  workflow: 'nightly-orders',
  runId: summary().runId,
  nodeId: 'load-warehouse',
  speedup: 2,
  workers: null,
  inferred: false,
  durationSeconds: 242,
  fasterSeconds: 194,
  savedSeconds: 48,
  savedShare: 48 / 242,
  ceilingSeconds: 147,
  slower: false,
  partial: false,
  ...more,
})

describe('bottlenecks', () => {
  test('60 cells', () => {
    expect(bottlenecksView(bottlenecks(), plain(60)).join('\n')).toMatchInlineSnapshot(`
      "nightly-orders, 412 runs, median 3m14s

        TASK            PATH         RAN  WAITED  ATTEMPT P95
        load-warehouse  ━━    42%  1m01s   1m20s        3m10s
          └ waiting: 57% of its time on the path is waiting,
            1m20s a run. Allow more at once.
          └ slow: 30% of the median run, 29.0s a run. Split it.
          └ memory: peak memory 2.4 times the median. Read in
            pieces.
        extract         ━     12%  20.0s      0s        24.0s
          └ on the path, and nothing stands out"
    `)
  })
  test('80 cells', () => {
    expect(bottlenecksView(bottlenecks(), plain(80)).join('\n')).toMatchInlineSnapshot(`
      "nightly-orders, 412 runs, median 3m14s

        TASK            PATH               RAN  WAITED  ATTEMPT P95
        load-warehouse  ━━━━        42%  1m01s   1m20s        3m10s
          └ waiting: 57% of its time on the path is waiting, 1m20s a run. Allow more
            at once.
          └ slow: 30% of the median run, 29.0s a run. Split it.
          └ memory: peak memory 2.4 times the median. Read in pieces.
        extract         ━           12%  20.0s      0s        24.0s
          └ on the path, and nothing stands out"
    `)
  })
  test('120 cells', () => {
    expect(bottlenecksView(bottlenecks(), plain(120)).join('\n')).toMatchInlineSnapshot(`
      "nightly-orders, 412 runs, median 3m14s

        TASK            PATH               RAN  WAITED  ATTEMPT P50  ATTEMPT P95
        load-warehouse  ━━━━        42%  1m01s   1m20s        58.0s        3m10s
          └ waiting: 57% of its time on the path is waiting, 1m20s a run. Allow more at once.
          └ slow: 30% of the median run, 29.0s a run. Split it.
          └ memory: peak memory 2.4 times the median. Read in pieces.
        extract         ━           12%  20.0s      0s        19.0s        24.0s
          └ on the path, and nothing stands out"
    `)
  })
  test('too few runs, and none', () => {
    const few = { ...bottlenecks(), runs: 1, insufficient: true, bottlenecks: [] }
    expect(bottlenecksView(few, plain(80)).join('\n')).toMatchInlineSnapshot(`
      "nightly-orders, 1 run, median 3m14s

      No task has a tenth of the critical path: there is no bottleneck.

      From fewer than 20 runs: the next few may change this."
    `)
    const caveat = 'From fewer than 20 runs: the next few may change this.'
    const asShown = bottlenecksView({ ...bottlenecks(), runs: 12, insufficient: true }, plain(80))
    expect(asShown).toEqual([...bottlenecksView({ ...bottlenecks(), runs: 12 }, plain(80)), '', caveat])
    expect(bottlenecksView({ ...few, runs: 0 }, plain(80))).toMatchInlineSnapshot(`
      [
        "No ended runs of nightly-orders in this period.",
      ]
    `)
  })
})

describe('regressions', () => {
  test('60 cells', () => {
    expect(regressionsView({ answer: regressions() }, plain(60)).join('\n')).toMatchInlineSnapshot(`
      "all workflows: 17 Nov to 24 Nov against 10 Nov to 17 Nov

        TASK      WORKFLOW  CHANGE  BEFORE    NOW        BY CHANCE
        load…use  nigh…ers    +27%   12.0s  15.2s  under 1 in 1000
        extract   nigh…ers    −20%   12.0s   9.6s  under 1 in 1000

        FAILS           WORKFLOW        BEFORE  NOW  BY CHANCE
        load-warehouse  nightly-orders     <1%  12%   1 in 500

        1 other task compared takes as long as before, as far as
        can be told. Of half of them a change under 14% would not
        have been seen. 2 tasks ran too seldom to compare."
    `)
  })
  test('80 cells', () => {
    expect(regressionsView({ answer: regressions() }, plain(80)).join('\n')).toMatchInlineSnapshot(`
      "all workflows: 17 Nov to 24 Nov against 10 Nov to 17 Nov

        TASK           WORKFLOW       CHANGE  BEFORE    NOW  ATTEMPTS        BY CHANCE
        load-w…ehouse  nightl…orders    +27%   12.0s  15.2s  140, 139  under 1 in 1000
        extract        nightl…orders    −20%   12.0s   9.6s  140, 139  under 1 in 1000

        FAILS           WORKFLOW        BEFORE  NOW  ATTEMPTS  BY CHANCE
        load-warehouse  nightly-orders     <1%  12%  140, 150   1 in 500

        1 other task compared takes as long as before, as far as can be told. Of half
        of them a change under 14% would not have been seen. 2 tasks ran too seldom to
        compare."
    `)
  })
  test('120 cells', () => {
    expect(regressionsView({ answer: regressions() }, plain(120)).join('\n')).toMatchInlineSnapshot(`
      "all workflows: 17 Nov to 24 Nov against 10 Nov to 17 Nov

        TASK            WORKFLOW        CHANGE  BEFORE    NOW  ATTEMPTS        BY CHANCE
        load-warehouse  nightly-orders    +27%   12.0s  15.2s  140, 139  under 1 in 1000
        extract         nightly-orders    −20%   12.0s   9.6s  140, 139  under 1 in 1000

        FAILS           WORKFLOW        BEFORE  NOW  ATTEMPTS  BY CHANCE
        load-warehouse  nightly-orders     <1%  12%  140, 150   1 in 500

        1 other task compared takes as long as before, as far as can be told. Of half of them a change under 14% would not
        have been seen. 2 tasks ran too seldom to compare."
    `)
  })
  test('nothing changed, versions compared, and nothing to compare with', () => {
    const calm: Regressions = {
      by: 'version',
      insufficient: 0,
      failures: [],
      durations: [regression('clean', 1.01, 'same', 'nightly-orders')],
      baseline: { from: new Date(0), to: now, version: '4.1.0' },
      candidate: { from: new Date(0), to: now, version: '4.2.0' },
    }
    expect(regressionsView({ answer: calm, workflow: 'nightly-orders' }, plain(80)).join('\n')).toMatchInlineSnapshot(`
      "nightly-orders: version 4.2.0 against version 4.1.0

        1 task compared: none differs by more than chance and 10%. Of half of them a
        change under 14% would not have been seen."
    `)
    const nothing = { ...calm, baseline: null, candidate: null, durations: [] }
    expect(regressionsView({ answer: nothing }, plain(80)).join('\n')).toMatchInlineSnapshot(
      `"There is nothing to compare with: no tasks in the 28 days before the last seven."`,
    )
  })
})

describe('flaky tasks', () => {
  test('60 cells', () => {
    expect(flakyView({ tasks: [flaky(), { ...flaky('extract'), kind: 'intermittent' }] }, plain(60)).join('\n'))
      .toMatchInlineSnapshot(`
      "  TASK            WORKFLOW        FLAKY     RATE    LOST
        load-warehouse  nightly-orders  recovers  4.4%  10m30s
          └ ECONNRESET: socket hang up
        extract         nightly-orders  at times  4.4%  10m30s
          └ ECONNRESET: socket hang up

        recovers: failed, then completed in the same run; at
        times: failed for good in some runs and not in others;
        lost: time of failed attempts and pauses
        runspan runs --workflow nightly-orders --status failed"
    `)
  })
  test('80 cells', () => {
    expect(flakyView({ tasks: [flaky(), { ...flaky('extract'), kind: 'intermittent' }] }, plain(80)).join('\n'))
      .toMatchInlineSnapshot(`
      "  TASK            WORKFLOW        FLAKY     RATE       RUNS    LOST         LAST
        load-warehouse  nightly-orders  recovers  4.4%  18 of 412  10m30s  today 02:00
          └ ECONNRESET: socket hang up
        extract         nightly-orders  at times  4.4%   1 of 412  10m30s  today 02:00
          └ ECONNRESET: socket hang up

        recovers: failed, then completed in the same run; at times: failed for good in
        some runs and not in others; lost: time of failed attempts and pauses
        runspan runs --workflow nightly-orders --status failed"
    `)
  })
  test('120 cells', () => {
    expect(flakyView({ tasks: [flaky(), { ...flaky('extract'), kind: 'intermittent' }] }, plain(120)).join('\n'))
      .toMatchInlineSnapshot(`
      "  TASK            WORKFLOW        FLAKY     RATE       RUNS    LOST         LAST
        load-warehouse  nightly-orders  recovers  4.4%  18 of 412  10m30s  today 02:00
          └ ECONNRESET: socket hang up
        extract         nightly-orders  at times  4.4%   1 of 412  10m30s  today 02:00
          └ ECONNRESET: socket hang up

        recovers: failed, then completed in the same run; at times: failed for good in some runs and not in others; lost: time
        of failed attempts and pauses
        runspan runs --workflow nightly-orders --status failed"
    `)
  })
  test('none', () => {
    expect(flakyView({ tasks: [], workflow: 'nightly-orders' }, plain(80)).join('\n')).toMatchInlineSnapshot(`
      "No task of nightly-orders is flaky in this period: none failed and then
      completed in two runs."
    `)
  })
})

describe('runs compared', () => {
  test('60 cells', () => {
    expect(compareView(comparison(), plain(60)).join('\n')).toMatchInlineSnapshot(`
      "B took 17.0s longer (+9.4%)

        A  ✓ 01a20b4a-52f1     3m00s
        B  ✓ 01a20b4a-9999     3m17s     +17.0s

        TASK                  A        B   B − A  PATH B − A
        load-warehouse  1m00s ◆  1m22s ◆  +22.0s      +22.0s
        extract         30.0s ◆  25.0s ◆   −5.0s       −5.0s
        notify           2.0s ✕        –

        Under a letter, and B − A: what the task ran, all its
        attempts together. PATH B − A: its part of the critical
        path, the waits before it included; these parts add up to
        the difference. Two runs prove nothing: notes say what is
        unusual against the 28 days before."
    `)
  })
  test('80 cells', () => {
    expect(compareView(comparison(), plain(80)).join('\n')).toMatchInlineSnapshot(`
      "B took 17.0s longer (+9.4%)

        A  ✓ 01a20b4a-52f1     3m00s             24 Nov 2026, 14:00:11 UTC
        B  ✓ 01a20b4a-9999     3m17s     +17.0s  24 Nov 2026, 14:00:11 UTC

        TASK                  A        B   B − A  PATH B − A  NOTE
        load-warehouse  1m00s ◆  1m22s ◆  +22.0s      +22.0s  B unusually long, 2 att…
        extract         30.0s ◆  25.0s ◆   −5.0s       −5.0s
        notify           2.0s ✕        –                      not in B

        Under a letter, and B − A: what the task ran, all its attempts together. PATH
        B − A: its part of the critical path, the waits before it included; these
        parts add up to the difference. Two runs prove nothing: notes say what is
        unusual against the 28 days before."
    `)
  })
  test('120 cells', () => {
    expect(compareView(comparison(), plain(120)).join('\n')).toMatchInlineSnapshot(`
      "B took 17.0s longer (+9.4%)

        A  ✓ 01a20b4a-52f1     3m00s             24 Nov 2026, 14:00:11 UTC
        B  ✓ 01a20b4a-9999     3m17s     +17.0s  24 Nov 2026, 14:00:11 UTC

        TASK                  A        B   B − A  PATH B − A  NOTE
        load-warehouse  1m00s ◆  1m22s ◆  +22.0s      +22.0s  B unusually long, 2 attempts
        extract         30.0s ◆  25.0s ◆   −5.0s       −5.0s
        notify           2.0s ✕        –                      not in B

        Under a letter, and B − A: what the task ran, all its attempts together. PATH B − A: its part of the critical path,
        the waits before it included; these parts add up to the difference. Two runs prove nothing: notes say what is unusual
        against the 28 days before."
    `)
  })
})

describe('what if', () => {
  test('60 cells', () => {
    expect(whatifView(whatif(), plain(60)).join('\n')).toMatchInlineSnapshot(`
      "01a20b4a-52f1 of nightly-orders

        With load-warehouse twice as fast the run takes 3m14s
        instead of 4m02s, 48.0s (20%) less.
        However fast it gets, the run takes 2m27s.

        now       ━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━  4m02s
        then      ━━━━━━━━━━━━━━━━━━━━━━━━━━━━━         3m14s"
    `)
  })
  test('80 cells', () => {
    expect(whatifView(whatif(), plain(80)).join('\n')).toMatchInlineSnapshot(`
      "01a20b4a-52f1 of nightly-orders

        With load-warehouse twice as fast the run takes 3m14s instead of 4m02s, 48.0s
        (20%) less.
        However fast it gets, the run takes 2m27s.

        now       ━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━  4m02s
        then      ━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━             3m14s"
    `)
  })
  test('120 cells', () => {
    expect(whatifView(whatif(), plain(120)).join('\n')).toMatchInlineSnapshot(`
      "01a20b4a-52f1 of nightly-orders

        With load-warehouse twice as fast the run takes 3m14s instead of 4m02s, 48.0s (20%) less.
        However fast it gets, the run takes 2m27s.

        now       ━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━  4m02s
        then      ━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━                     3m14s"
    `)
  })
  test('no gain, and Graham’s anomaly', () => {
    const none = whatif({ fasterSeconds: 242, savedSeconds: 0, savedShare: 0, ceilingSeconds: 242, inferred: true })
    expect(whatifView(none, plain(80)).join('\n')).toMatchInlineSnapshot(`
      "01a20b4a-52f1 of nightly-orders

        With load-warehouse twice as fast the run takes as long as now, 4m02s: it is
        not what the run waits for.
        Not all tasks declare what they wait for: taken is that each of those waits
        for the one that ended last before it began.

        now       ━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━  4m02s
        then      ━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━  4m02s"
    `)
    const slower = whatif({
      workers: 3,
      fasterSeconds: 250,
      savedSeconds: -8,
      savedShare: -8 / 242,
      ceilingSeconds: 242,
      slower: true,
      partial: true,
    })
    expect(whatifView(slower, plain(80)).join('\n')).toMatchInlineSnapshot(`
      "01a20b4a-52f1 of nightly-orders

        With load-warehouse twice as fast the run takes 4m10s instead of 4m02s, 8.0s
        (3.3%) more.
        A faster task makes this run longer: with few workers it changes who goes
        first (Graham’s anomaly). The simulation says so, and so can life.
        With 3 workers.
        The run has not ended: only what has ended is replayed.

        now       ━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━    4m02s
        then      ━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━  4m10s"
    `)
  })
})

const node = {
  nodeId: 'load',
  count: 3,
  failureRate: 0.5,
  avgDurationSeconds: 1,
  p50DurationSeconds: 1,
  p95DurationSeconds: 1,
  maxDurationSeconds: 1,
  avgQueueSeconds: 0,
  shareOfCriticalPath: 0.4,
  retries: 1,
  skipped: 0,
  cancelled: 0,
  cpuSeconds: 1,
  memoryPeakBytes: 1,
}
const dailyOf = (
  nodeId: string,
): { workflow: string; nodeId: string; days: { day: string; p50Seconds: number }[] } => ({
  workflow: 'w',
  nodeId,
  days: [1, 2, 4].map((day) => ({ day: `2026-11-0${day}`, p50Seconds: day })),
})

test('tasks by day: a bar a day, a gap where it did not run', () => {
  const lines = nodesView({ workflow: 'w', nodes: [node], daily: [dailyOf('load')] }, plain(120))
  expect(lines.slice(2).join('\n')).toMatchInlineSnapshot(`
    "  TASK  PATH             ATTEMPTS  OF THEM FAILED  ATTEMPT P50  ATTEMPT P95  LONGEST  BY DAY  QUEUED  RETRIES
      load  ━━━━        40%         3             50%         1.0s         1.0s     1.0s  ▃▄ ▇        0s        1"
  `)
  expect(nodesView({ workflow: 'w', nodes: [node], daily: [dailyOf('load')] }, plain(80)).join('\n')).not.toContain(
    'BY DAY',
  )
})

test('runs by day', () => {
  const stats = {
    totalRuns: 9,
    completedRuns: 8,
    failedRuns: 1,
    cancelledRuns: 0,
    runningRuns: 0,
    lostRuns: 0,
    successRate: 8 / 9,
    avgDurationSeconds: 1,
    p50DurationSeconds: 1,
    p95DurationSeconds: 1,
    maxDurationSeconds: 1,
  }
  const daily = [1, 2, 4].map((day) => ({
    day: `2026-11-0${day}`,
    runs: 3,
    failed: day === 2 ? 1 : 0,
    lost: 0,
    successRate: 1,
    p50DurationSeconds: day,
    p95DurationSeconds: day,
  }))
  const lines = statsView({ stats, recent: [], daily, workflow: 'w' }, plain(80))
  expect(lines.slice(5, 9).join('\n')).toMatchInlineSnapshot(`
    "  by day        ▃▄ ▇
                     ✕
                    median of 4 days from 1 Nov, ✕ with failures
    "
  `)
})

describe('no line is wider than the terminal, whatever names come; colour adds nothing but escapes', () => {
  const hostile = fc.oneof(
    fc.string({ unit: 'binary', minLength: 1, maxLength: 60 }),
    fc.constantFrom(
      'a'.repeat(400),
      '\u001B[31mred\u001B[0m',
      'line\nbreak\ttab\u0000nul',
      '\u202Eright to left',
      '👩‍👩‍👧‍👦'.repeat(20),
      '日本語の名前'.repeat(8),
    ),
  )
  test.each([60, 80, 120])('%d cells', (width) => {
    fc.assert(
      fc.property(hostile, hostile, hostile, (a, b, c) => {
        const views: ((terminal: Terminal) => string[])[] = [
          (terminal) => bottlenecksView(bottlenecks(a, b), terminal),
          (terminal) => regressionsView({ answer: regressions(a, b) }, terminal),
          (terminal) => flakyView({ tasks: [flaky(a, b, c)] }, terminal),
          (terminal) => compareView(comparison(a, c), terminal),
          (terminal) => whatifView(whatif({ nodeId: a, workflow: b, runId: c }), terminal),
          (terminal) => nodesView({ workflow: b, nodes: [{ ...node, nodeId: a }], daily: [dailyOf(a)] }, terminal),
        ]
        for (const view of views) {
          const lines = view(plain(width)).map((line) => clip(line, width))
          for (const line of lines) expect(cells(line), line).toBeLessThanOrEqual(width)
          const colored = view(makeTerminal({ width, color: true, now })).map((line) => clip(line, width))
          expect(colored.map((line) => line.replaceAll(ESCAPE, '').trimEnd())).toEqual(
            lines.map((line) => line.trimEnd()),
          )
        }
      }),
      { numRuns: 40 },
    )
  })
})

test('headings say whether attempts, tasks or runs are counted', () => {
  const heading = (lines: readonly string[]): string => lines.find((line) => line.includes('TASK '))!
  for (const width of [80, 100, 140]) {
    const nodes = heading(nodesView({ workflow: 'w', nodes: [node] }, plain(width)))
    expect(nodes).toContain('ATTEMPT P95')
    expect(nodes.replaceAll('ATTEMPT P', '')).not.toMatch(/\bP\d\d\b/)
    expect(cells(nodes)).toBeLessThanOrEqual(width)
  }
})
