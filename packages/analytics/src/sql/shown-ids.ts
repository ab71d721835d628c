import { type ClickHouse, defineQuery, INSTALLATION_PATTERN, RUN_ID_WITHOUT_INSTALLATION } from '@runspan/clickhouse'

interface Identified {
  readonly run_id: string
  readonly run_key: string
  readonly engine: string
}

const INSTALLATION = new RegExp(INSTALLATION_PATTERN)

/** Same as `RUN_ID_WITHOUT_INSTALLATION` in SQL. */
function withoutInstallation(id: string): string {
  return id.replace(INSTALLATION, '$1/')
}

/** Names that several runs share: keys, and ids without their installation. */
const SHARED_SQL = `SELECT name FROM (SELECT DISTINCT run_id,
  arrayJoin([run_key, ${RUN_ID_WITHOUT_INSTALLATION}]) AS name FROM workflow_runs WHERE run_key IN {keys:Array(String)})
GROUP BY name HAVING count() > 1`

const SHARED = defineQuery({ name: 'shown-ids/shared', sql: SHARED_SQL, columns: (z) => ({ name: z.string() }) })

/**
 * Returns the shown ids of runs, by internal id. Our own runs show their id, foreign ones their engine's key. Runs of two
 * engines that share a key show `engine/key`; runs of two installations show `engine@installation/key`, our internal id.
 */
export async function shownIds(clickhouse: ClickHouse, rows: readonly Identified[]): Promise<Map<string, string>> {
  const keys = [...new Set(rows.filter(({ engine }) => engine !== 'runspan').map(({ run_key }) => run_key))]
  const shared = keys.length === 0 ? [] : await clickhouse.ask(SHARED, { keys })
  const ambiguous = new Set(shared.map(({ name }) => name))
  return new Map(
    rows.map(({ run_id, run_key, engine }) => {
      const names = engine === 'runspan' ? [run_key] : [run_key, withoutInstallation(run_id)]
      return [run_id, names.find((name) => !ambiguous.has(name)) ?? run_id]
    }),
  )
}

const IDENTIFIED_SQL = `SELECT run_id, any(run_key) AS run_key, any(engine) AS engine FROM workflow_runs
  WHERE run_id IN {ids:Array(String)} GROUP BY run_id`

const IDENTIFIED = defineQuery({
  name: 'shown-ids/keys',
  sql: IDENTIFIED_SQL,
  columns: (z) => ({ run_id: z.string(), run_key: z.string(), engine: z.string() }),
})

/** Same as `shownIds`, for runs of which only the internal id is known; a missing run keeps it. */
export async function shownRunIds(clickhouse: ClickHouse, ids: readonly string[]): Promise<Map<string, string>> {
  const distinct = [...new Set(ids)]
  if (distinct.length === 0) return new Map()
  return shownIds(clickhouse, await clickhouse.ask(IDENTIFIED, { ids: distinct }))
}
