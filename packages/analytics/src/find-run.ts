import type { ClickHouse } from '@runspan/clickhouse'

import { AnalyticsError } from './errors.ts'
import { quoted, runNotFound } from './not-found.ts'
import { RUN_ROWS, type RunRow } from './run-rows.ts'

/** Everything the table has on one run. */
export interface RunDetails extends RunRow {
  readonly parent_run_id: string
  readonly retry_of: string
  readonly trigger: string
  readonly tags: string
  readonly metadata: string
  readonly error: string
  readonly version: string
  readonly service: string
  readonly instance: string
  readonly first_task: string
  readonly last_task: string
}

const COLUMNS = `run_id, run_key, engine, workflow, trace_id, status, ended, start, end, duration_ns,
  parent_run_id, retry_of, trigger, tags, metadata, error, version, service, instance`

/** By internal id; by the shown key, the beginning of either, or `beginning…end` as a shortened id is shown. */
const SQL = `SELECT ${COLUMNS} FROM ${RUN_ROWS} WHERE run_id = {id:String} LIMIT 1`
const PREFIX_SQL = `SELECT ${COLUMNS} FROM ${RUN_ROWS} WHERE (startsWith(run_id, {head:String}) AND endsWith(run_id, {tail:String})) OR (startsWith(run_key, {head:String}) AND endsWith(run_key, {tail:String})) ORDER BY run_key = {id:String} DESC LIMIT 10`

/**
 * The run of an id, a foreign engine's key, the first characters of an id, or a shortened id (`first…last`). Null if there is none.
 * Throws `RUN_AMBIGUOUS` when several runs answer to it.
 */
export async function findRun(clickhouse: ClickHouse, id: string): Promise<RunDetails | null> {
  if (id === '') return null
  const [exact] = await clickhouse.query<RunDetails>(SQL, { id })
  if (exact !== undefined) return exact
  const [head, ...tail] = id.split('…')
  const found = await clickhouse.query<RunDetails>(PREFIX_SQL, { id, head, tail: tail.join('…') })
  const byKey = found.filter(({ run_key }) => run_key === id)
  const candidates = byKey.length > 0 ? byKey : found
  if (candidates.length > 1) {
    const list = candidates
      .slice(0, 5)
      .map(
        ({ run_id, workflow, status, start }) =>
          `\n  ${bare(run_id)}  ${bare(workflow)}, ${status}, ${start.slice(0, 19)} UTC`,
      )
    const more = candidates.length > 5 ? '\n  and more' : ''
    throw new AnalyticsError(
      'RUN_AMBIGUOUS',
      `Several runs answer to ${quoted(id)}; give more of the id.${list.join('')}${more}`,
    )
  }
  return candidates[0] ?? null
}

/** Runs by their internal ids. */
export async function runsById(clickhouse: ClickHouse, ids: readonly string[]): Promise<RunDetails[]> {
  if (ids.length === 0) return []
  return clickhouse.query<RunDetails>(`SELECT ${COLUMNS} FROM ${RUN_ROWS} WHERE run_id IN {ids:Array(String)}`, { ids })
}

/** The same, but a run that is not there is an error `RUN_NOT_FOUND`. */
export async function requireRun(clickhouse: ClickHouse, id: string): Promise<RunDetails> {
  const run = await findRun(clickhouse, id)
  if (run === null) throw await runNotFound(clickhouse, id)
  return run
}

function bare(text: string): string {
  return quoted(text).slice(1, -1)
}
