import { isoTime, type WatchedRange, type WatchedRun } from '@runspan/analytics'
import { plainText, runClause } from '@runspan/story'

import type { Finding, Question } from './condition.ts'

/** Returns the range of the runs that a condition is asked about. */
export function rangeOf({ workflow, from, now, open }: Question): WatchedRange {
  return { workflow, from, to: now, open }
}

/** A finding about a run. */
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

/** How long a run took. */
export function runSeconds(run: WatchedRun): number {
  return run.duration_ns / 1e9
}

/** Returns what became of a run, as every face says it: `failed after 4 min 2 s`. */
export function runWords(run: WatchedRun): string {
  return plainText(runClause({ status: run.status, durationSeconds: runSeconds(run), endTime: isoTime(run.end) }))
}
