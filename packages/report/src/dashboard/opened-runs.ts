import { type DashboardDocument, LATEST_RUNS_SHOWN } from '@runspan/analytics'
import type { RunSummary } from '@runspan/model'

/** Maximum failed and lost runs that are listed, newest first. */
const MOST_FAILED = 25
/** Maximum kinds of failure that are shown. */
export const MOST_FAILURES = 5

/** Returns the newest failed or lost runs of a period, at most `MOST_FAILED`; newest first. */
export function failedRuns(runs: readonly RunSummary[]): RunSummary[] {
  return runs
    .filter(({ status }) => status === 'failed' || status === 'lost')
    .slice(-MOST_FAILED)
    .toReversed()
}

/** Returns the shown kinds of failure that ended runs, the most frequent first. */
export function shownFailures(failures: DashboardDocument['failures']): DashboardDocument['failures'] {
  return failures
    .filter(({ runsFailed }) => runsFailed > 0)
    .toSorted((a, b) => b.runsFailed - a.runsFailed)
    .slice(0, MOST_FAILURES)
}

/**
 * Returns the ids of the runs that a dashboard links to: the latest, failed ones, the last one of each kind of failure, and
 * the newest completed ones with a failed task.
 */
export function openedRuns({
  runs,
  failures,
  cells,
}: Pick<DashboardDocument, 'runs' | 'failures' | 'cells'>): string[] {
  const withFailure = new Set(cells.flatMap(({ runId, failed }) => (failed > 0 ? [runId] : [])))
  const latest = runs.slice(-LATEST_RUNS_SHOWN).toReversed()
  return [
    ...new Set([
      ...[...latest, ...failedRuns(runs)].map(({ runId }) => runId),
      ...shownFailures(failures).map(({ lastRunId }) => lastRunId),
      ...runs
        .filter(({ runId }) => withFailure.has(runId))
        .slice(-MOST_FAILED)
        .map(({ runId }) => runId),
    ]),
  ]
}
