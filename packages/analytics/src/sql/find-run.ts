import { type ClickHouse, defineQuery, RUN_ID_WITHOUT_INSTALLATION } from '@runspan/clickhouse'

import { AnalyticsError } from '../errors.ts'
import { quoted, runNotFound } from './not-found.ts'
import { detailColumns, RUN_COLUMNS, RUN_ROWS, type RunDetails } from './run-rows.ts'

/**
 * By internal id; by the shown key, `engine/key`, the beginning of any of them, or `beginning…end` of a shortened id.
 */
const SQL = `SELECT ${RUN_COLUMNS} FROM ${RUN_ROWS} WHERE run_id = {id:String} LIMIT 1`
const PREFIX_SQL = `SELECT ${RUN_COLUMNS}, run_key = {id:String} OR ${RUN_ID_WITHOUT_INSTALLATION} = {id:String} AS is_named
  FROM ${RUN_ROWS}
WHERE arrayExists(name -> startsWith(name, {head:String}) AND endsWith(name, {tail:String}),
  [run_id, run_key, ${RUN_ID_WITHOUT_INSTALLATION}]) ORDER BY is_named DESC, start DESC LIMIT 10`

const EXACT = defineQuery({ name: 'find-run', sql: SQL, columns: detailColumns })
const BY_PREFIX = defineQuery({
  name: 'find-run/prefix',
  sql: PREFIX_SQL,
  columns: (z) => ({ ...detailColumns(z), is_named: z.number() }),
})
const BY_IDS = defineQuery({
  name: 'find-run/ids',
  sql: `SELECT ${RUN_COLUMNS} FROM ${RUN_ROWS} WHERE run_id IN {ids:Array(String)}`,
  columns: detailColumns,
})

/**
 * Returns the run with an id, a foreign engine's key, `engine/key`, the first characters of any of these, or a shortened id
 * (`first…last`); null if there is none. Throws `RUN_AMBIGUOUS` if several runs match.
 */
export async function findRun(clickhouse: ClickHouse, id: string): Promise<RunDetails | null> {
  if (id === '') return null
  const [exact] = await clickhouse.ask(EXACT, { id })
  if (exact !== undefined) return exact
  const [head, ...tail] = id.split('…')
  const found = await clickhouse.ask(BY_PREFIX, {
    id,
    head,
    tail: tail.join('…'),
  })
  const named = found.filter(({ is_named }) => is_named === 1)
  const candidates = named.length > 0 ? named : found
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
      `Several runs match ${quoted(id)}; give more of the id.${list.join('')}${more}`,
    )
  }
  return candidates[0] ?? null
}

/** Returns runs by their internal ids. */
export async function runsById(clickhouse: ClickHouse, ids: readonly string[]): Promise<RunDetails[]> {
  if (ids.length === 0) return []
  return clickhouse.ask(BY_IDS, { ids })
}

/** Same as `findRun`, but throws `RUN_NOT_FOUND` for a missing run. */
export async function requireRun(clickhouse: ClickHouse, id: string): Promise<RunDetails> {
  const run = await findRun(clickhouse, id)
  if (run === null) throw await runNotFound(clickhouse, id)
  return run
}

function bare(text: string): string {
  return quoted(text).slice(1, -1)
}
