import { isoTime, RUN_ROWS, type RunRow, shownIds } from '@runspan/analytics'
import { plainText, runClause } from '@runspan/story'

import type { Finding, Question } from './condition.ts'

/** A run that meets a condition. */
export interface FoundRun extends RunRow {
  readonly error: string
  /** What people call it. */
  readonly shownId: string
}

/** More of them in one evaluation are not looked at: those found before are, and the newest. */
const MOST_RUNS = 2000

/** Ended in the time asked for, or found before. */
export const ENDED_OR_OPEN: string = `((toUnixTimestamp64Nano(end) >= {from:Float64} * 1e9 AND toUnixTimestamp64Nano(end) < {to:Float64} * 1e9) OR run_id IN {open:Array(String)})`

/** Runs of the workflow asked for that meet a condition on `RUN_ROWS`, known ones and then the newest first; `{from}`, `{to}` and `{open}` are bound. */
export async function runsWhere(
  condition: string,
  { clickhouse, workflow, from, now, open }: Question,
  parameters: Readonly<Record<string, unknown>> = {},
): Promise<FoundRun[]> {
  const rows = await clickhouse.query<Omit<FoundRun, 'shownId'>>(
    `SELECT run_id, run_key, engine, workflow, trace_id, status, ended, start, end, duration_ns, error FROM ${RUN_ROWS}
    WHERE ({workflow:String} = '' OR workflow = {workflow:String}) AND ${condition} ORDER BY run_id IN {open:Array(String)} DESC, start DESC, run_id LIMIT ${MOST_RUNS}`,
    { workflow: workflow ?? '', from: from.getTime() / 1000, to: now.getTime() / 1000, open, ...parameters },
  )
  const ids = await shownIds(clickhouse, rows)
  return rows.map((row) => ({ ...row, shownId: ids.get(row.run_id)! }))
}

/** A finding about a run. */
export function aboutRun(
  run: FoundRun,
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
export function runSeconds(run: FoundRun): number {
  return run.duration_ns / 1e9
}

/** Returns what became of a run, as every face says it: `failed after 4 min 2 s`. */
export function runWords(run: FoundRun): string {
  return plainText(runClause({ status: run.status, durationSeconds: runSeconds(run), endTime: isoTime(run.end) }))
}
