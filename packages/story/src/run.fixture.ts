import type { ResourceTrend, RunReport, RunDocument } from '@runspan/analytics'
import { NO_METRICS, type RunSummary, type TaskMetrics, type TaskRow, type TaskStatus } from '@runspan/model'

const START = Date.parse('2026-11-24T14:00:11.000Z')
const iso = (seconds: number): string => new Date(START + seconds * 1000).toISOString()

/** One attempt, times in seconds after the run's start. */
export function attempt(nodeId: string, start: number, end: number, more: Partial<TaskRow> = {}): TaskRow {
  return {
    taskId: `${nodeId}-${more.attempt ?? 1}`,
    runId: '01a20b4a-52f1-7c3e-9b1d-6f0a8e2c4d77',
    nodeId,
    attempt: 1,
    status: 'completed',
    startTime: iso(start),
    endTime: iso(end),
    durationSeconds: end - start,
    queueSeconds: 0,
    dependencies: [],
    error: null,
    reason: null,
    progress: null,
    metrics: NO_METRICS,
    ...more,
  }
}

export function skipped(nodeId: string, at: number, reason: string): TaskRow {
  return attempt(nodeId, at, at, { status: 'skipped', durationSeconds: null, reason })
}

/** What a task measured that kept a core busy for so long. */
export function measured(cpuSeconds: number, memoryBytes: number): TaskMetrics {
  return {
    ...NO_METRICS,
    cpuPercent: 80,
    cpuUserSeconds: cpuSeconds,
    cpuSystemSeconds: 0,
    cpuScope: 'process',
    memoryBytes,
    memoryPeakBytes: memoryBytes,
    concurrency: 1,
  }
}

/** A run of these attempts; `path` names those on its critical path, in order. */
export function runOf(
  taskList: readonly TaskRow[],
  path: readonly TaskRow[],
  more: Partial<RunReport> = {},
): RunReport {
  const after = (time: string): number => (Date.parse(time) - START) / 1000
  const end = Math.max(
    0,
    ...taskList.map(({ startTime, durationSeconds }) => after(startTime) + (durationSeconds ?? 0)),
  )
  const durationSeconds = more.durationSeconds ?? end
  const count = (status: TaskStatus): number => taskList.filter((task) => task.status === status).length
  const retries = taskList.filter((task) => task.attempt > 1).length
  let cursor = 0
  const criticalPath = path.map((task) => {
    const start = after(task.startTime)
    const step = {
      taskId: task.taskId,
      nodeId: task.nodeId,
      selfSeconds: task.durationSeconds ?? 0,
      waitSeconds: Math.max(0, start - cursor),
    }
    cursor = start + (task.durationSeconds ?? 0)
    return step
  })
  return {
    runId: '01a20b4a-52f1-7c3e-9b1d-6f0a8e2c4d77',
    workflow: 'nightly-orders',
    status: 'completed',
    startTime: iso(0),
    endTime: iso(durationSeconds),
    durationSeconds,
    traceId: '4bf92f3577b34da6a3ce929d0e0e4736',
    engine: 'runspan',
    tasks: {
      total: taskList.length - retries,
      completed: count('completed'),
      failed: Math.max(0, count('failed') - retries),
      skipped: count('skipped'),
      cancelled: count('cancelled'),
      running: count('running'),
      retries,
      firstFailed: null,
    },
    parentRunId: null,
    retryOf: null,
    metadata: {},
    tags: [],
    error: null,
    trigger: null,
    service: null,
    version: null,
    criticalPath,
    tailSeconds: Math.max(0, durationSeconds - cursor),
    criticalPathMethod: 'dependencies',
    taskList,
    ...more,
  }
}

/** A run as a list has it. */
export function summaryOf({
  criticalPath: _,
  tailSeconds: _t,
  criticalPathMethod: _m,
  taskList: _l,
  trigger: _g,
  service: _s,
  version: _v,
  ...summary
}: RunReport): RunSummary {
  return summary
}

export function documentOf(run: RunReport, more: Partial<RunDocument> = {}): RunDocument {
  return {
    run,
    usual: null,
    history: [],
    trends: [],
    seen: [],
    madeAt: new Date('2026-11-24T14:04:44Z'),
    version: '0.1.0',
    ...more,
  }
}

/** Earlier runs of the workflow: so many, one in twelve failed. */
export function historyOf(run: RunReport, runs: number, seconds: number): RunSummary[] {
  return Array.from({ length: runs }, (_, i) => ({
    ...summaryOf(run),
    runId: `0199${i.toString(16).padStart(4, '0')}-52f1-7c3e-9b1d-6f0a8e2c4d77`,
    status: i % 12 === 8 ? ('failed' as const) : ('completed' as const),
    startTime: new Date(START - (runs - i) * 43_200_000).toISOString(),
    durationSeconds: seconds * (1 + ((i * 7919) % 13) / 160 + (i % 12 === 8 ? 0.15 : 0)),
  }))
}

export function trendOf(
  metric: ResourceTrend['metric'],
  seconds: number,
  value: (at: number) => number,
  interval = 2,
): ResourceTrend {
  const at = Array.from({ length: Math.ceil(seconds / interval) }, (_, i) => i * interval)
  return {
    metric,
    unit: metric === 'cpu' ? 'cores' : metric === 'memory' ? 'bytes' : 'bytes/s',
    intervalSeconds: interval,
    timestamps: at.map(iso),
    values: at.map(value),
    source: 'host metrics',
    shared: true,
  }
}

const STACK = `TimeoutError: warehouse did not answer within 30 s
    at loadBatch (src/pipeline/load.ts:88:13)
    at Client.query (/app/node_modules/pg-pool/index.js:45:11)
    at Client.connect (/app/node_modules/pg-pool/index.js:12:3)
    at process.processTicksAndRejections (node:internal/process/task_queues:105:5)
    at async Pool.use (/app/node_modules/pg-pool/index.js:90:3)
    at loadWarehouse (src/pipeline/load.ts:41:5)
    at src/pipeline/index.ts:63:17
    at attempt (/app/node_modules/@runspan/workflow/dist/index.js:10:1)
    at run (/app/node_modules/@runspan/workflow/dist/index.js:20:1)`

/** A failed nightly run of 313 tasks, or of more: many short ones, a load that failed three times, two tasks that did not run. */
export function nightlyOrders(fanOut = 100): RunDocument {
  const queue = (at: number): Partial<TaskRow> => ({
    queueSeconds: at,
    metrics: measured(8 + (at % 12), 4e8 + at * 1e6),
  })
  const extract = Array.from({ length: fanOut }, (_, i) => {
    const start = 7.6 + Math.floor((i / fanOut) * 6) * 6.2 + (i % 16) * 0.05
    return attempt(`extract[${i}]`, start, start + 5.4 + ((i * 31) % 17) / 10, queue(start - 7.6))
  })
  const transform = Array.from({ length: fanOut }, (_, i) => {
    const start = 46 + Math.floor((i / fanOut) * 6) * 16 + (i % 16) * 0.11
    return attempt(`transform[${i}]`, start, start + 12.2 + ((i * 53) % 37) / 10, queue(start - 46))
  })
  const validate = Array.from({ length: fanOut }, (_, i) => {
    const start = 142 + (i / fanOut) * 16.5
    return attempt(`validate[${i}]`, start, start + 0.9 + ((i * 7) % 10) / 10, queue(0.02))
  })
  const error = { type: 'TimeoutError', message: 'warehouse did not answer within 30 s', stack: STACK }
  const reset = {
    type: 'Error',
    message: 'read ECONNRESET',
    stack: STACK.replace('TimeoutError: warehouse did not answer within 30 s', 'Error: read ECONNRESET'),
  }
  const fetch = attempt('fetch-manifest', 0.1, 5.1, queue(0.1))
  const partition = attempt('partition', 5.1, 7.6, queue(0))
  const load = [
    attempt('load-warehouse[5]', 160.5, 190.5, {
      status: 'failed',
      error,
      queueSeconds: 0.1,
      metrics: measured(3.4, 1.5e8),
    }),
    attempt('load-warehouse[5]', 192.5, 219.5, { attempt: 2, status: 'failed', error, queueSeconds: 0 }),
    attempt('load-warehouse[5]', 222.2, 241.6, { attempt: 3, status: 'failed', error, queueSeconds: 0 }),
  ]
  const notify = attempt('notify', 241.6, 241.9, queue(0))
  const tasks = [
    fetch,
    partition,
    ...extract,
    ...transform,
    ...validate,
    ...load,
    attempt('load-warehouse[1]', 160.5, 170.2, { status: 'failed', error: reset }),
    attempt('load-warehouse[1]', 172.2, 189.5, { attempt: 2 }),
    ...[0, 2, 3, 4, 6, 7].map((i) => attempt(`load-warehouse[${i}]`, 160.5, 166 + i * 1.7, queue(0.1))),
    skipped('build-marts', 241.6, 'load-warehouse[5] failed'),
    skipped('publish-dashboard', 241.6, 'build-marts was skipped'),
    notify,
  ]
  const path = [fetch, partition, extract.at(-1)!, transform.at(-1)!, validate.at(-1)!, ...load, notify]
  const run = runOf(tasks, path, {
    status: 'failed',
    error: error.message,
    durationSeconds: 242,
    trigger: 'schedule',
    version: 'orders@2026.11.24',
    service: 'orders',
    tags: ['env=production', 'team=data'],
    metadata: { date: '2026-11-24' },
  })
  const history = historyOf(run, 40, 188)
  return documentOf(run, {
    history: [...history, summaryOf(run)],
    usual: {
      runs: 20,
      medianSeconds: 194,
      p95Seconds: 202,
      durations: history.slice(-20).map(({ runId, startTime, durationSeconds }) => ({
        runId,
        startTime: new Date(startTime),
        seconds: durationSeconds,
      })),
    },
    trends: [
      trendOf('cpu', 242, (at) =>
        at < 8 ? 1 : at < 46 ? 5 + Math.sin(at) : at < 146 ? 13 + 1.5 * Math.sin(at * 3) : 0.3,
      ),
      trendOf('memory', 242, (at) => (at < 8 ? 2e8 : at < 46 ? 3.6e9 : at < 146 ? 8.6e9 + 2e8 * Math.sin(at) : 9e8)),
    ],
    seen: [
      {
        type: 'TimeoutError',
        message: 'warehouse did not answer within 30 s',
        runs: 3,
        ofRuns: 60,
        firstSeen: new Date('2026-11-03T02:00:00Z'),
      },
    ],
  })
}
