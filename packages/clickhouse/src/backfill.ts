import type { ClickHouse } from './client/client.ts'
import { defineQuery } from './client/query.ts'
import { refuseOnCluster } from './cluster/cluster-of.ts'
import { BACKFILL_COMMENT, placeTasks, typedViews } from './schema.ts'
import { RUN_ID_WITHOUT_INSTALLATION } from './views/run-id.ts'

/** Progress of a backfill. */
export interface BackfillProgress {
  /** Share of the time range that is done, 0 to 1. */
  readonly share: number
  /** Spans processed so far. */
  readonly spans: number
  /** Current time in the range, which is processed newest first. */
  readonly at: Date
}

export interface BackfillOptions {
  /** Skips older data; by default everything is processed. */
  readonly since?: Date | undefined
  /** Starts again instead of resuming where the last one stopped. */
  readonly again?: boolean | undefined
  /** Rows of a step; 500,000 by default. A step takes about 500 bytes of the server's memory a row. */
  readonly rowsAStep?: number | undefined
  readonly onProgress?: ((progress: BackfillProgress) => void) | undefined
}

/** Result of a backfill. */
export interface Backfilled {
  readonly runs: number
  readonly tasks: number
  /** Spans processed. */
  readonly spans: number
}

const HOUR_SECONDS = 3600
const DEFAULT_ROWS = 500_000
/** Maximum age of useful heartbeats, in days. */
const LOGS_DAYS = 30

const BOOKKEEPING = `CREATE TABLE IF NOT EXISTS runspan_backfill (hour DateTime, rows UInt64, done DateTime DEFAULT now()) ENGINE = ReplacingMergeTree(done) ORDER BY hour`

/** An hour in which some rows may have arrived before the views existed. The views have processed all newer rows. */
interface Hour {
  readonly hour: number
  readonly rows: number
}

/**
 * Builds run and task tables from spans and log records that arrived before the views existed: hour by hour, newest first, in
 * steps of limited size. Its progress is stored, so that it resumes after an interruption. The views process new data
 * meanwhile; rows that both process count once, as repeated records do. The source tables are not changed. The schema must
 * exist. Throws `ClickHouseError`, `NOT_ON_CLUSTER` if it is to be done on each shard.
 */
export async function backfill(clickhouse: ClickHouse, options: BackfillOptions = {}): Promise<Backfilled> {
  await refuseOnCluster(clickhouse, 'a backfill')
  await clickhouse.tell({ name: 'backfill/bookkeeping', sql: BOOKKEEPING })
  if (options.again === true) await clickhouse.tell({ name: 'backfill/again', sql: 'TRUNCATE TABLE runspan_backfill' })
  const before = await counts(clickhouse)
  const since = Math.floor((options.since?.getTime() ?? 0) / 1000)
  const hours = await hoursToDo(clickhouse, since)
  const total = hours.reduce((sum, { rows }) => sum + rows, 0)
  let spans = 0
  const inserts = await rangeInserts(clickhouse)
  const fill = async (source: string, from: number, to: number): Promise<void> => {
    for (const insert of inserts) {
      const { sql } = insert
      if (insert.source === source)
        await clickhouse.tell({ name: BACKFILL_COMMENT, sql, settings: SETTINGS }, { from, to })
    }
  }
  for (const step of steps(hours, options.rowsAStep ?? DEFAULT_ROWS)) {
    await fill('otel_traces', step.from, step.to)
    spans += step.rows
    await clickhouse.tell({ name: 'backfill/note', sql: NOTE }, { hours: step.hours, rows: step.rows })
    options.onProgress?.({ share: total === 0 ? 1 : spans / total, spans, at: new Date(step.from * 1000) })
  }
  const logsSince = Math.max(since, Math.floor(Date.now() / 1000) - LOGS_DAYS * 24 * HOUR_SECONDS)
  await fill('otel_logs', logsSince, Math.ceil(Date.now() / 1000))
  await removeOldIds(clickhouse)
  await placeTasks(clickhouse)
  const after = await counts(clickhouse)
  return { runs: after.runs - before.runs, tasks: after.tasks - before.tasks, spans }
}

const NOTE = `INSERT INTO runspan_backfill (hour, rows) SELECT arrayJoin({hours:Array(DateTime)}), {rows:UInt64}`

const HOURS = defineQuery({
  name: 'backfill/hours',
  sql: `SELECT toUnixTimestamp(toStartOfHour(Timestamp)) AS hour, toFloat64(count()) AS rows FROM otel_traces
     WHERE Timestamp >= toDateTime({since:UInt32})
       AND toStartOfHour(Timestamp) NOT IN (SELECT hour FROM runspan_backfill)
     GROUP BY hour ORDER BY hour DESC`,
  columns: (z) => ({ hour: z.number(), rows: z.number() }),
})

async function hoursToDo(clickhouse: ClickHouse, since: number): Promise<Hour[]> {
  return clickhouse.ask(HOURS, { since })
}

interface Step {
  readonly from: number
  /** Exclusive. */
  readonly to: number
  readonly hours: readonly number[]
  readonly rows: number
}

/** Yields steps: neighbouring hours together, up to `most` rows; a larger hour in parts. */
function* steps(hours: readonly Hour[], most: number): Generator<Step> {
  let gathered: Hour[] = []
  let rows = 0
  const stepOfGathered = (): Step => ({
    from: Math.min(...gathered.map(({ hour }) => hour)),
    to: Math.max(...gathered.map(({ hour }) => hour)) + HOUR_SECONDS,
    hours: gathered.map(({ hour }) => hour),
    rows,
  })
  for (const next of hours) {
    const isApart = gathered.length > 0 && gathered.at(-1)!.hour - next.hour !== HOUR_SECONDS
    if (gathered.length > 0 && (isApart || rows + next.rows > most)) {
      yield stepOfGathered()
      gathered = []
      rows = 0
    }
    if (next.rows > most) yield* parts(next, most)
    else {
      gathered.push(next)
      rows += next.rows
    }
  }
  if (gathered.length > 0) yield stepOfGathered()
}

/** Yields the parts of an hour; the last part completes the hour. */
function* parts({ hour, rows }: Hour, most: number): Generator<Step> {
  const count = Math.min(HOUR_SECONDS, Math.ceil(rows / most))
  const at = (part: number): number => hour + Math.floor((HOUR_SECONDS * part) / count)
  for (let part = 0; part < count; part++) {
    const isLast = part === count - 1
    yield { from: at(part), to: at(part + 1), hours: isLast ? [hour] : [], rows: Math.round(rows / count) }
  }
}

const describeQuery = (query: string) =>
  defineQuery({
    name: 'backfill/columns',
    sql: `DESCRIBE (${query})`,
    columns: (z) => ({
      name: z.string(),
      type: z.string(),
      default_type: z.string(),
      default_expression: z.string(),
      comment: z.string(),
      codec_expression: z.string(),
      ttl_expression: z.string(),
    }),
  })

/** Inserts into a typed table what its view would have produced for a range of time: parameters `from` and `to`. */
interface RangeInsert {
  readonly source: string
  readonly sql: string
}

async function rangeInserts(clickhouse: ClickHouse): Promise<RangeInsert[]> {
  const inserts: RangeInsert[] = []
  for (const { source, target, query: ofView } of await typedViews(clickhouse)) {
    const rows = `(SELECT * FROM ${source} WHERE Timestamp >= toDateTime({from:UInt32}) AND Timestamp < toDateTime({to:UInt32}))`
    const query = ofView.replace(new RegExp(`\\bFROM ${source}\\b`), `FROM ${rows} AS ${source}`)
    const columns = await clickhouse.ask(describeQuery(query), { from: 0, to: 0 })
    inserts.push({ source, sql: `INSERT INTO ${target} (${columns.map(({ name }) => name).join(', ')}) ${query}` })
  }
  return inserts
}

/**
 * Runs whose id has an installation now, under their old ids from before rules knew installations; a record is recognised by
 * its trace.
 */
const OLD_IDS = `(SELECT ${RUN_ID_WITHOUT_INSTALLATION} AS old, trace_id FROM workflow_runs WHERE old != run_id)`

/**
 * Deletes rows made before from the same spans under an id without the installation; runs whose spans are gone keep theirs.
 */
async function removeOldIds(clickhouse: ClickHouse): Promise<void> {
  const isOld = `(run_id, trace_id) IN ${OLD_IDS}`
  // the run comes last, so that the next backfill finishes one that was interrupted
  for (const table of ['workflow_run_spans', 'workflow_tasks', 'workflow_runs']) {
    const [found] = await clickhouse.ask(
      defineQuery({
        name: 'backfill/old ids',
        sql: `SELECT toFloat64(count()) AS rows FROM ${table} WHERE ${isOld}`,
        columns: (z) => ({ rows: z.number() }),
      }),
    )
    if (found!.rows === 0) continue
    await clickhouse.tell({
      name: 'backfill/old ids',
      sql: `ALTER TABLE ${table} DELETE WHERE ${isOld}`,
      settings: { mutations_sync: '1', allow_nondeterministic_mutations: 1 },
    })
  }
}

const SETTINGS = {
  // processing the same hour again makes the same blocks, which must not be dropped as repeated inserts
  insert_deduplicate: 0,
  deduplicate_insert: 'disable',
  max_partitions_per_insert_block: '0',
} as const

const COUNTS = defineQuery({
  name: 'backfill/counts',
  sql: `SELECT (SELECT toFloat64(count()) FROM workflow_runs FINAL) AS runs,
      (SELECT toFloat64(count()) FROM workflow_tasks FINAL SETTINGS do_not_merge_across_partitions_select_final = 1) AS tasks`,
  columns: (z) => ({ runs: z.number(), tasks: z.number() }),
})

async function counts(clickhouse: ClickHouse): Promise<{ runs: number; tasks: number }> {
  const [row] = await clickhouse.ask(COUNTS)
  return row!
}
