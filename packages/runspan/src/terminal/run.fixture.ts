import type { RunReport } from '@runspan/analytics'
import { NO_METRICS, type RunSummary, type TaskRow, type TaskStatus } from '@runspan/model'

const START = Date.parse('2026-11-24T14:00:11.000Z')

/** One attempt, times in seconds after the run's start. */
export function attempt(nodeId: string, start: number, end: number, more: Partial<TaskRow> = {}): TaskRow {
  return {
    taskId: `${nodeId}-${more.attempt ?? 1}`,
    runId: 'r',
    nodeId,
    attempt: 1,
    status: 'completed',
    startTime: new Date(START + start * 1000).toISOString(),
    endTime: new Date(START + end * 1000).toISOString(),
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

/** A run of these tasks, all of the given nodes on its critical path. */
export function report(
  taskList: readonly TaskRow[],
  path: readonly string[],
  more: Partial<RunReport> = {},
): RunReport {
  const end = Math.max(
    0,
    ...taskList.map(
      ({ startTime, durationSeconds }) => (Date.parse(startTime) - START) / 1000 + (durationSeconds ?? 0),
    ),
  )
  const count = (status: TaskStatus): number => taskList.filter((task) => task.status === status).length
  const retries = taskList.filter((task) => task.attempt > 1).length
  let cursor = 0
  return {
    runId: '01a20b4a-52f1-7c3e-9b1d-6f0a8e2c4d77',
    workflow: 'nightly-orders',
    status: 'completed',
    startTime: new Date(START).toISOString(),
    endTime: new Date(START + end * 1000).toISOString(),
    durationSeconds: end,
    traceId: '',
    engine: 'runspan',
    tasks: {
      total: taskList.length - retries,
      completed: count('completed'),
      failed: count('failed') - retries,
      skipped: count('skipped'),
      cancelled: count('cancelled'),
      running: 0,
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
    criticalPath: taskList
      .filter(({ nodeId }) => path.includes(nodeId))
      .map((task) => {
        const start = (Date.parse(task.startTime) - START) / 1000
        const step = {
          taskId: task.taskId,
          nodeId: task.nodeId,
          selfSeconds: task.durationSeconds ?? 0,
          waitSeconds: Math.max(0, start - cursor),
        }
        cursor = start + (task.durationSeconds ?? 0)
        return step
      }),
    tailSeconds: 0,
    criticalPathMethod: 'time',
    taskList,
    ...more,
  }
}

/** A failed nightly run: a hundred extracts, a load that failed three times, two tasks that did not run. */
export function nightlyOrders(): RunReport {
  const many = Array.from({ length: 100 }, (_, i) =>
    attempt(`extract[${i}]`, 8 + Math.floor(i / 16) * 4, 12 + Math.floor(i / 16) * 4),
  )
  const error = { type: 'TimeoutError', message: 'warehouse did not answer within 30s', stack: null }
  const tasks = [
    attempt('fetch-manifest', 0, 5),
    attempt('partition', 5, 7.6),
    ...many,
    attempt('load-warehouse[5]', 138, 168, { status: 'failed', error, queueSeconds: 2 }),
    attempt('load-warehouse[5]', 170, 200, { attempt: 2, status: 'failed', error, queueSeconds: 2 }),
    attempt('load-warehouse[5]', 205, 240, { attempt: 3, status: 'failed', error, queueSeconds: 5 }),
    attempt('load-warehouse[1]', 138, 150),
    skipped('build-marts', 240, 'load-warehouse[5] failed'),
    skipped('publish-dashboard', 240, 'build-marts was skipped'),
    attempt('notify', 240, 242),
  ]
  return report(tasks, ['fetch-manifest', 'partition', 'extract[99]', 'load-warehouse[5]', 'notify'], {
    status: 'failed',
    error: error.message,
  })
}

export function summary(more: Partial<RunSummary> = {}): RunSummary {
  const {
    criticalPath: _,
    tailSeconds: _t,
    criticalPathMethod: _m,
    taskList: _l,
    trigger: _g,
    service: _s,
    version: _v,
    ...rest
  } = nightlyOrders()
  return { ...rest, ...more }
}
