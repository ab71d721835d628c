import type { ClickHouse } from '@runspan/clickhouse'

interface Identified {
  readonly run_id: string
  readonly run_key: string
  readonly engine: string
}

const SHARED_SQL = `SELECT run_key FROM workflow_runs WHERE run_key IN {keys:Array(String)} GROUP BY run_key HAVING uniqExact(run_id) > 1`

/**
 * What people call a run: ours by its id, a foreign one by its engine's own key, and by `engine/key` (our internal id)
 * where two runs share a key. By internal id.
 */
export async function shownIds(clickhouse: ClickHouse, rows: readonly Identified[]): Promise<Map<string, string>> {
  const keys = [...new Set(rows.filter(({ engine }) => engine !== 'runspan').map(({ run_key }) => run_key))]
  const shared = keys.length === 0 ? [] : await clickhouse.query<{ run_key: string }>(SHARED_SQL, { keys })
  const ambiguous = new Set(shared.map(({ run_key }) => run_key))
  return new Map(rows.map(({ run_id, run_key }) => [run_id, ambiguous.has(run_key) ? run_id : run_key]))
}

const IDENTIFIED_SQL = `SELECT run_id, any(run_key) AS run_key, any(engine) AS engine FROM workflow_runs WHERE run_id IN {ids:Array(String)} GROUP BY run_id`

/** The same for runs of which only the internal id is at hand; one that is not there keeps it. */
export async function shownRunIds(clickhouse: ClickHouse, ids: readonly string[]): Promise<Map<string, string>> {
  const distinct = [...new Set(ids)]
  if (distinct.length === 0) return new Map()
  return shownIds(clickhouse, await clickhouse.query<Identified>(IDENTIFIED_SQL, { ids: distinct }))
}
