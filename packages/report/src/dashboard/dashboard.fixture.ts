import type { HeatmapCell, TaskGroup, DashboardDocument } from '@runspan/analytics'
import type { RunSummary } from '@runspan/model'

import { historyOf, nightlyOrders } from '../../../story/src/run.fixture.ts'

const NAMES = [
  'fetch-manifest',
  'partition',
  'extract',
  'transform',
  'validate',
  'load-warehouse',
  'build-marts',
  'publish-dashboard',
  'notify',
]
const MEDIANS = [5.2, 2.8, 6.4, 10.5, 1.1, 16.3, 21.1, 3.8, 0.4]
const SHARES = [0.03, 0.02, 0.26, 0.41, 0.02, 0.14, 0.11, 0.02, 0.004]

/** Sixty runs of a workflow of nine tasks, one of which got slower on the sixteenth, with three failures at one task. */
export function sixtyRuns(more: Partial<DashboardDocument> = {}, count = 60): DashboardDocument {
  const { run } = nightlyOrders()
  const slowerFrom = Math.floor(count * 0.7)
  const failsAt = (i: number): boolean => [17, 38, count - 1].includes(i)
  const runs = historyOf(run, count, 171).map((summary, i): RunSummary => {
    const failed = failsAt(i)
    return {
      ...summary,
      status: failed ? 'failed' : 'completed',
      durationSeconds: (i >= slowerFrom ? 194 : 169) * (1 + ((i * 7919) % 13) / 200) + (failed ? 45 : 0),
      tasks: {
        ...summary.tasks,
        firstFailed: failed ? { nodeId: 'load-warehouse[5]', errorType: 'TimeoutError' } : null,
      },
    }
  })
  const cells = runs.flatMap(({ runId }, i) =>
    NAMES.map((name, j): HeatmapCell => {
      const failed = failsAt(i) && name === 'load-warehouse'
      const skipped = failsAt(i) && (name === 'build-marts' || name === 'publish-dashboard')
      const slow = name === 'transform' && i >= slowerFrom ? 1.35 : 1
      const noise = name === 'build-marts' ? 0.8 + ((i * 31) % 40) / 90 : 0.97 + ((i * 13 + j * 7) % 10) / 160
      return {
        runId,
        name,
        medianSeconds: failed || skipped ? null : MEDIANS[j]! * slow * noise,
        failed: failed ? 1 : 0,
        retried: name === 'load-warehouse' && i % 5 === 1 ? 1 : 0,
        skipped: skipped ? 1 : 0,
      }
    }),
  )
  const groups = NAMES.map((name, j): TaskGroup => ({
    name,
    ran: ['extract', 'transform', 'validate'].includes(name) ? 6000 : name === 'load-warehouse' ? 480 : 60,
    p50DurationSeconds: MEDIANS[j]!,
    p95DurationSeconds: MEDIANS[j]! * 1.7,
    maxDurationSeconds: MEDIANS[j]! * 4,
    retried: name === 'load-warehouse' ? 12 : 0,
    failed: name === 'load-warehouse' ? 3 : 0,
    skipped: 0,
  }))
  const change = {
    workflow: run.workflow,
    kind: 'change' as const,
    day: runs[slowerFrom]!.startTime.slice(0, 10),
    pValue: 0.0004,
    daysBefore: 21,
    daysAfter: 9,
  }
  const day = (i: number): string => runs[Math.min(i, count - 1)]!.startTime
  return {
    workflow: run.workflow,
    from: new Date('2026-10-25T14:00:11.000Z'),
    to: new Date('2026-11-24T14:10:00.000Z'),
    stats: {
      totalRuns: count,
      completedRuns: count - 3,
      failedRuns: 3,
      cancelledRuns: 0,
      runningRuns: 0,
      lostRuns: 0,
      successRate: (count - 3) / count,
      avgDurationSeconds: 180,
      p50DurationSeconds: 174,
      p95DurationSeconds: 200,
      maxDurationSeconds: 242,
    },
    runs,
    usual: { [runs.at(-1)!.runId]: { runs: 20, medianSeconds: 194, p95Seconds: 205, durations: [] } },
    groups,
    cells,
    shares: NAMES.map((nodeId, j) => ({
      nodeId,
      share: SHARES[j]!,
      selfSeconds: SHARES[j]! * 80,
      waitSeconds: SHARES[j]! * 90,
    })),
    changes: [
      { ...change, nodeId: null, beforeSeconds: 171, afterSeconds: 195, ratio: 195 / 171 },
      { ...change, nodeId: 'transform', beforeSeconds: 9.3, afterSeconds: 12.5, ratio: 12.5 / 9.3 },
    ],
    failures: [
      {
        workflow: run.workflow,
        key: '1',
        errorType: 'TimeoutError',
        errorMessage: 'warehouse did not answer within 30 s',
        count: 9,
        runs: 3,
        runsFailed: 3,
        nodes: ['load-warehouse[5]'],
        firstSeen: day(17),
        lastSeen: day(count - 1),
        lastRunId: runs.at(-1)!.runId,
        lastNodeId: 'load-warehouse[5]',
        days: [],
      },
    ],
    flaky: [
      {
        workflow: run.workflow,
        nodeId: 'load-warehouse',
        kind: 'recovers',
        runs: count,
        recoveredRuns: 12,
        failedRuns: 3,
        rate: 0.2,
        rateAtLeast: 0.12,
        wastedSeconds: 120,
        backoffSeconds: 8,
        firstSeen: day(1),
        lastSeen: day(56),
        errorType: 'Error',
        errorMessage: 'read ECONNRESET',
      },
    ],
    reports: { [runs.at(-1)!.runId]: 'run.html' },
    madeAt: new Date('2026-11-24T14:10:00Z'),
    version: '0.1.0',
    ...more,
  }
}
