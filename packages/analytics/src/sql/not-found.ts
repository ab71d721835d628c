import { type ClickHouse, defineQuery } from '@runspan/clickhouse'
import { nearestWord } from '@runspan/model'

import { AnalyticsError, type AnalyticsErrorCode } from '../errors.ts'

/** Maximum names that are searched for the nearest one. */
const MOST_NAMES = 2000
/** Number of names that are listed if none is near. */
const LISTED = 5

/**
 * Returns the error for an unknown name. The message suggests the nearest existing name, or a few if none is near, and says
 * how to list them.
 */
export function notFound(
  code: AnalyticsErrorCode,
  {
    what,
    given,
    existing,
    lists,
  }: {
    /** Kind of the name: `workflow`, `run`, `task`. */
    readonly what: string
    readonly given: string
    readonly existing: readonly string[]
    /** One sentence on how to list the names. */
    readonly lists: string
  },
): AnalyticsError {
  const names = existing.filter((name) => name !== '')
  const near = nearestWord(given, names)
  const others = names.slice(0, LISTED).map(quoted).join(', ')
  const more = names.length > LISTED ? ' and more' : ''
  const hint =
    names.length === 0
      ? 'Nothing is recorded here yet.'
      : near === null
        ? `There is ${others}${more}.`
        : `Did you mean ${quoted(near)}?`
  return new AnalyticsError(code, `There is no ${what} ${quoted(given)}. ${hint} ${lists}`.trim())
}

const KNOWN_SQL = `SELECT 1 AS known WHERE {workflow:String} IN (SELECT workflow FROM workflow_tasks
  WHERE workflow = {workflow:String} LIMIT 1)
  OR {workflow:String} IN (SELECT workflow FROM workflow_runs WHERE workflow = {workflow:String} LIMIT 1)`

const WORKFLOWS_SQL = `SELECT toString(workflow) AS name FROM workflow_runs WHERE workflow != '' GROUP BY name
  ORDER BY max(last_seen) DESC, name LIMIT ${MOST_NAMES}`

const knownQuery = (name: string, sql: string) => defineQuery({ name, sql, columns: (z) => ({ known: z.number() }) })
const namesQuery = (name: string, sql: string) => defineQuery({ name, sql, columns: (z) => ({ name: z.string() }) })

const KNOWN = knownQuery('not-found/known', KNOWN_SQL)
const WORKFLOWS = namesQuery('not-found/workflows', WORKFLOWS_SQL)

/** Throws `WORKFLOW_NOT_FOUND` with the nearest name if no run and no task has this workflow, and `ClickHouseError`. */
export async function requireWorkflow(clickhouse: ClickHouse, workflow: string): Promise<void> {
  const known = await clickhouse.ask(KNOWN, { workflow })
  if (known.length > 0) return
  const rows = await clickhouse.ask(WORKFLOWS)
  const existing = rows.map(({ name }) => name)
  throw notFound('WORKFLOW_NOT_FOUND', { what: 'workflow', given: workflow, existing, lists: LISTS_RUNS })
}

const NODES_SQL = `SELECT DISTINCT toString(node_id) AS name FROM workflow_tasks WHERE workflow = {workflow:String}
  LIMIT ${MOST_NAMES}`

const TASK = knownQuery(
  'not-found/task',
  'SELECT 1 AS known FROM workflow_tasks WHERE workflow = {workflow:String} AND node_id = {nodeId:String} LIMIT 1',
)
const NODES = namesQuery('not-found/tasks', NODES_SQL)

/** Throws `NODE_NOT_FOUND` with the nearest name if the workflow never had this task, and `ClickHouseError`. */
export async function requireTask(
  clickhouse: ClickHouse,
  { workflow, nodeId }: { readonly workflow: string; readonly nodeId: string },
): Promise<void> {
  const known = await clickhouse.ask(TASK, { workflow, nodeId })
  if (known.length > 0) return
  const rows = await clickhouse.ask(NODES, { workflow })
  const lists = `\`runspan nodes ${quoted(workflow)}\` lists them.`
  throw notFound('NODE_NOT_FOUND', {
    what: `task of ${quoted(workflow)} named`,
    given: nodeId,
    existing: rows.map(({ name }) => name),
    lists,
  })
}

const RUNS_SQL = `SELECT run_key AS name FROM workflow_runs WHERE run_key != '' GROUP BY name
  ORDER BY max(last_seen) DESC LIMIT ${MOST_NAMES}`

const RUNS = namesQuery('not-found/runs', RUNS_SQL)

/** Returns the error for a missing run. Throws `ClickHouseError`. */
export async function runNotFound(clickhouse: ClickHouse, given: string): Promise<AnalyticsError> {
  const [known, rows] = await Promise.all([clickhouse.ask(KNOWN, { workflow: given }), clickhouse.ask(RUNS)])
  if (known.length > 0 && given !== '') {
    const workflow = quoted(given)
    const message = `There is no run ${workflow}: that is a workflow. \`runspan runs --workflow ${workflow}\` lists its runs.`
    return new AnalyticsError('RUN_NOT_FOUND', message)
  }
  const existing = rows.map(({ name }) => name)
  return notFound('RUN_NOT_FOUND', { what: 'run', given, existing, lists: LISTS_RUNS })
}

const LISTS_RUNS = '`runspan runs` lists what there is.'

/** Returns a text for a message: on one line, shortened, in quotation marks. */
export function quoted(text: string): string {
  const characters = [...text.replaceAll(/\s+/g, ' ')]
  const short =
    characters.length <= 80
      ? characters.join('')
      : `${characters.slice(0, 40).join('')}…${characters.slice(-39).join('')}`
  return `"${short}"`
}
