import type { RunReport } from '@runspan/analytics'
import type { RunSummary, TaskRow } from '@runspan/model'

import { attempt, runOf, skipped, summaryOf } from '../../../story/src/run.fixture.ts'

/** A run of these tasks, all of the given nodes on its critical path. */
export function report(
  taskList: readonly TaskRow[],
  path: readonly string[],
  more: Partial<RunReport> = {},
): RunReport {
  const onPath = taskList.filter(({ nodeId }) => path.includes(nodeId))
  return runOf(taskList, onPath, { traceId: '', tailSeconds: 0, criticalPathMethod: 'time', ...more })
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
  return { ...summaryOf(nightlyOrders()), ...more }
}
