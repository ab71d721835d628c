import { isoTime, type WatchedRange, type WatchedRun } from '@runspan/analytics'
import { plainText, runClause } from '@runspan/story'

import type { Finding, Question } from './condition.ts'

/** Returns the range of the runs that a condition checks. */
export function rangeOf({ workflow, from, now, open }: Question): WatchedRange {
  return { workflow, from, to: now, open }
}

/** Returns a finding about a run. */
export function aboutRun(
  run: WatchedRun,
  what: Pick<Finding, 'ongoing' | 'words'> & Partial<Pick<Finding, 'detail' | 'value' | 'limit'>>,
): Finding {
  return {
    subject: run.run_id,
    workflow: run.workflow,
    runId: run.shownId,
    nodeId: null,
    about: run.workflow,
    detail: null,
    value: null,
    limit: null,
    ...what,
  }
}

/** Returns how long a run took, in seconds. */
export function runSeconds(run: WatchedRun): number {
  return run.duration_ns / 1e9
}

/** Returns the outcome of a run in words, the same everywhere: `failed after 4 min 2 s`. */
export function runWords(run: WatchedRun): string {
  return plainText(runClause({ status: run.status, durationSeconds: runSeconds(run), endTime: isoTime(run.end) }))
}
