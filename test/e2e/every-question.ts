import {
  anomalies,
  bottlenecks,
  changePoints,
  compareRuns,
  costs,
  criticalPathShare,
  dailyDurations,
  dailyMetrics,
  databaseState,
  failedRuns,
  failureClusters,
  failureRates,
  flakyTasks,
  keyMetrics,
  lastStart,
  longerThanUsual,
  longestRuns,
  longestTasks,
  lostRuns,
  memoryPeaks,
  nodePerformance,
  regressions,
  resourceTrends,
  run,
  runCost,
  runCriticalPath,
  runs,
  runsOverLimit,
  runStats,
  silentRuns,
  slaAttainment,
  spanCount,
  taskById,
  taskGroups,
  taskHeatmap,
  taskHistory,
  taskRegressions,
  tasks,
  throughput,
  timeLeft,
  usualDurations,
  whatIf,
  whatIfWorkflow,
} from '@runspan/analytics'
import type { ClickHouse } from '@runspan/clickhouse'
import fc from 'fast-check'

import { randomRuns } from './random-runs.ts'
import { DAY, hex, type RunModel, spanId } from './records.ts'

/* Every question of the index once, with runs that give each an answer. */

const DAY_MS = 86_400_000
const WORKFLOWS = ['orders', 'invoices', 'mail']
const SEED = 20_261_125

/**
 * Three weeks: random runs of three workflows, and regular ones of one; in the last week one of its tasks gets slower and
 * another fails.
 */
export function history(): RunModel[] {
  const random = fc.sample(randomRuns(75, 75), { seed: SEED, numRuns: 1 })[0]!
  const irregular = random.map((model, i): RunModel => {
    const start = (i % 21) * -DAY_MS + (model.start % DAY_MS)
    return {
      ...model,
      id: `run-${i}`,
      workflow: WORKFLOWS[i % 3]!,
      instance: 'one',
      start,
      ...(model.end === null ? { seen: start + 60_000 } : {}),
      metadata: { due: new Date(DAY + start + 5000).toISOString() },
    }
  })
  const regular = Array.from({ length: 168 }, (_, i): RunModel => {
    const late = i % 21 < 7
    const length = 1000 + ((i * 37) % 100) + (late ? 2000 : 0)
    const task = { attempt: 1, queue: 5, dependencies: [] }
    const failed = late && i % 2 === 0
    const error = { type: 'Error', message: `order ${i} is gone` }
    return {
      id: `regular-${i}`,
      workflow: 'orders',
      start: (i % 21) * -DAY_MS + Math.floor(i / 21) * 3_600_000,
      end: i === 0 ? 900_000 : length + 300,
      status: 'completed',
      tasks: [
        { ...task, node: 'pack', start: 5, end: length, status: 'completed' },
        {
          ...task,
          node: 'send',
          start: length + 5,
          end: length + 100,
          status: failed ? 'failed' : 'completed',
          ...(failed ? { error } : {}),
        },
        ...(failed
          ? [
              {
                ...task,
                attempt: 2,
                node: 'send',
                start: length + 150,
                end: length + 200,
                status: 'completed' as const,
              },
            ]
          : []),
      ],
    }
  })
  return [...irregular, ...regular]
}

const ofTime = { from: new Date(DAY - 21 * DAY_MS), to: new Date(DAY + 2 * DAY_MS) }

/** Returns every question with typical parameters. */
export function questions(models: readonly RunModel[]): Record<string, (clickhouse: ClickHouse) => Promise<unknown>> {
  const ended = models.filter(({ end, tasks: list }) => end !== null && list.length > 2)
  const open = models.find(({ end }) => end === null)!
  const some = ended.slice(0, 5)
  const [first] = some
  const node = first!.tasks.find(({ status }) => status !== 'skipped')!.node
  const each =
    (ask: (clickhouse: ClickHouse, workflow: string) => Promise<unknown>) =>
    (clickhouse: ClickHouse): Promise<unknown> =>
      Promise.all(WORKFLOWS.map((workflow) => ask(clickhouse, workflow)))
  const ofRuns =
    (ask: (clickhouse: ClickHouse, id: string) => Promise<unknown>) =>
    (clickhouse: ClickHouse): Promise<unknown> =>
      Promise.all(some.map(({ id }) => ask(clickhouse, id)))
  const now = new Date(DAY + DAY_MS)
  const sides = {
    baseline: { from: ofTime.from, to: new Date(DAY - 6 * DAY_MS) },
    candidate: { from: new Date(DAY - 6 * DAY_MS), to: ofTime.to },
  }
  return {
    runs: (c) => runs(c, { limit: 1000 }),
    'runs of a status': (c) => runs(c, { status: 'failed', workflow: 'orders', limit: 7 }),
    'runs by metadata': (c) => runs(c, { metadata: first!.metadata }),
    runStats: (c) => runStats(c),
    'runStats of a range': (c) => runStats(c, { workflow: 'mail', ...ofTime }),
    dailyMetrics: (c) => dailyMetrics(c, ofTime),
    run: ofRuns(run),
    'an open run': (c) => run(c, open.id),
    tasks: ofRuns(tasks),
    keyMetrics: ofRuns(keyMetrics),
    runCriticalPath: ofRuns(runCriticalPath),
    runCost: ofRuns((c, runId) => runCost(c, { runId, prices: { perCpuSecond: 1, perGigabyteSecond: 2 } })),
    resourceTrends: (c) =>
      Promise.all(
        (['cpu', 'memory'] as const).map((metric) =>
          resourceTrends(c, { runId: first!.id, metric, intervalSeconds: 1 }),
        ),
      ),
    compareRuns: (c) =>
      compareRuns(
        c,
        some.slice(0, 4).map(({ id }) => id),
      ),
    taskById: (c) => taskById(c, spanId(first!.id, node, 1)),
    whatIf: (c) => whatIf(c, { runId: first!.id, nodeId: node, speedup: 2 }),
    whatIfWorkflow: (c) => whatIfWorkflow(c, { workflow: first!.workflow, nodeId: node, speedup: 3 }),
    timeLeft: (c) => timeLeft(c, open.id, { seed: 1 }),
    nodePerformance: each((c, workflow) => nodePerformance(c, { workflow })),
    criticalPathShare: each((c, workflow) => criticalPathShare(c, { workflow })),
    bottlenecks: each((c, workflow) => bottlenecks(c, { workflow })),
    taskGroups: each((c, workflow) => taskGroups(c, { workflow })),
    taskHeatmap: each((c, workflow) => taskHeatmap(c, { workflow })),
    taskHistory: each((c, workflow) => taskHistory(c, { workflow, nodeId: 'extract', limit: 20 })),
    taskRegressions: each((c, workflow) => taskRegressions(c, { workflow, ...sides })),
    regressions: (c) => regressions(c, { now }),
    'regressions of a workflow': (c) => regressions(c, { workflow: 'orders', ...sides }),
    changePoints: (c) => changePoints(c),
    anomalies: (c) => anomalies(c, { from: new Date(DAY - 3 * DAY_MS), to: ofTime.to }),
    longerThanUsual: (c) => longerThanUsual(c, { from: new Date(DAY - 3 * DAY_MS), to: ofTime.to }),
    // of equally frequent errors, any may be named
    flakyTasks: async (c) => (await flakyTasks(c)).map(({ errorType: _, ...task }) => task),
    failureClusters: (c) => failureClusters(c),
    costs: (c) =>
      Promise.all(
        (['workflow', 'task', 'day'] as const).map((by) =>
          costs(c, { by, prices: { perCpuSecond: 1, perGigabyteSecond: 1 } }),
        ),
      ),
    longestRuns: (c) =>
      Promise.all((['duration', 'cpu', 'memory', 'disk'] as const).map((by) => longestRuns(c, { by, limit: 5 }))),
    longestTasks: (c) =>
      Promise.all((['duration', 'cpu', 'memory', 'disk'] as const).map((by) => longestTasks(c, { by, limit: 5 }))),
    dailyDurations: each((c, workflow) => dailyDurations(c, { workflow })),
    throughput: (c) => throughput(c, { ...ofTime, interval: 'day' }),
    slaAttainment: each((c, workflow) =>
      slaAttainment(c, { workflow, limitSeconds: 5, expected: { everySeconds: 86_400 }, now, ...ofTime }),
    ),
    usualDurations: async (c) =>
      usualDurations(
        c,
        WORKFLOWS.map((workflow) => ({ workflow, startTime: now.toISOString() })),
      ),
    lostRuns: (c) => lostRuns(c, ofTime),
    failedRuns: (c) => failedRuns(c, ofTime),
    failureRates: (c) => failureRates(c, { to: now, windowSeconds: 20 * 86_400, above: 0.01, minimumRuns: 10 }),
    runsOverLimit: (c) => runsOverLimit(c, { ...ofTime, limitSeconds: 3 }),
    memoryPeaks: async (c) => ({
      words: 'of what arrived lately, nothing may be too large',
      found: await memoryPeaks(c, { ...ofTime, aboveBytes: 1 }),
    }),
    lastStart: async (c) => ({ workflow: 'orders', started: await lastStart(c, { workflow: 'orders', to: now }) }),
    databaseState: async (c) => ({ words: 'both are of one version of ClickHouse', ...(await databaseState(c)) }),
    spanCount: async (c) => ({
      words: 'spans of the first ended run',
      spans: await spanCount(c, [hex(first!.id, 32)]),
    }),
    silentRuns: async (c) => (await silentRuns(c)).toSorted((a, b) => (a.spanId < b.spanId ? -1 : 1)),
  }
}
