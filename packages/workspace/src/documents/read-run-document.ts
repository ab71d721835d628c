import {
  type ErrorSeen,
  failureClusters,
  type RunDocument,
  type RunSections,
  resourceTrends,
  type ResourceTrend,
  run,
  runs,
  timeLeft,
  usualDurations,
} from '@runspan/analytics'
import type { ClickHouse } from '@runspan/clickhouse'
import type { RunSummary } from '@runspan/model'

import { VERSION } from '../version.ts'

/** Maximum runs that are searched for errors. */
const LATEST_RUNS = 60
const METRICS = ['cpu', 'memory', 'disk', 'network'] as const

/** Reads the data of a document on one run. Throws `ClickHouseError`, `RUN_NOT_FOUND`, `RUN_AMBIGUOUS`. */
export async function readRunDocument(
  clickhouse: ClickHouse,
  runId: string,
  { includeErrors = true, includeMetrics = true }: RunSections = {},
): Promise<RunDocument> {
  const report = await run(clickhouse, runId)
  const start = new Date(report.startTime)
  const range = { workflow: report.workflow, to: new Date(start.getTime() + 1) }
  const [[usual = null], page, trends, left] = await Promise.all([
    usualDurations(clickhouse, [report]),
    runs(clickhouse, { ...range, limit: LATEST_RUNS }),
    includeMetrics ? readTrends(clickhouse, report.runId) : [],
    report.status === 'running' ? timeLeft(clickhouse, report.runId) : null,
  ])
  const history = page.runs.toReversed()
  const hasErrors = includeErrors && report.taskList.some(({ error }) => error !== null)
  return {
    run: report,
    usual,
    history,
    trends,
    timeLeft: left,
    seen: hasErrors ? await errorsSeen(clickhouse, report.workflow, history, range.to) : [],
    madeAt: new Date(),
    version: VERSION,
  }
}

async function readTrends(clickhouse: ClickHouse, runId: string): Promise<ResourceTrend[]> {
  return Promise.all(METRICS.map((metric) => resourceTrends(clickhouse, { runId, metric })))
}

/** Returns the errors of the latest runs, this one included. */
async function errorsSeen(
  clickhouse: ClickHouse,
  workflow: string,
  history: readonly RunSummary[],
  to: Date,
): Promise<ErrorSeen[]> {
  const [first] = history
  if (first === undefined) return []
  // the run's own tasks may start long after it
  const until = new Date(to.getTime() + 86_400_000)
  const clusters = await failureClusters(clickhouse, { workflow, from: new Date(first.startTime), to: until })
  return clusters.map(({ errorType, errorMessage, runs: found, firstSeen }) => ({
    type: errorType,
    message: errorMessage,
    runs: Math.min(found, history.length),
    ofRuns: history.length,
    firstSeen: new Date(firstSeen),
  }))
}
