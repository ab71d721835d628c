import { type DashboardDocument, LATEST_RUNS_SHOWN } from '@runspan/analytics'
import type { RunSummary } from '@runspan/model'

/** Failed and lost runs that are listed, the newest first. */
const MOST_FAILED = 25
/** Kinds of failure that are shown. */
export const MOST_FAILURES = 5

/** Returns the newest runs of a period that failed or were lost, as many as a dashboard lists; newest first. */
export function failedRuns(runs: readonly RunSummary[]): RunSummary[] {
  return runs
    .filter(({ status }) => status === 'failed' || status === 'lost')
    .slice(-MOST_FAILED)
    .toReversed()
}

/** Returns the kinds of failure that ended runs and are shown, the most frequent first. */
export function shownFailures(failures: DashboardDocument['failures']): DashboardDocument['failures'] {
  return failures
    .filter(({ runsFailed }) => runsFailed > 0)
    .toSorted((a, b) => b.runsFailed - a.runsFailed)
    .slice(0, MOST_FAILURES)
}

/**
 * Returns the ids of the runs that a dashboard links to: the latest, those that failed, the last one of each kind of failure, and the newest
 * of those that completed with a task that failed.
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
