import { type ClickHouse, defineQuery } from '@runspan/clickhouse'
import type { RunFilter, RunPage, RunSummary, TaskCounts } from '@runspan/model'

import { isoTime, seconds } from '../clickhouse-time.ts'
import { AnalyticsError } from '../errors.ts'
import { formatCursor, parseCursor } from '../parameters/cursor.ts'
import { detailColumns, IN_RANGE, rangeParameters, RUN_COLUMNS, RUN_ROWS, type RunDetails } from '../sql/run-rows.ts'
import { shownIds } from '../sql/shown-ids.ts'
import { storedJson } from '../sql/stored-json.ts'
import { taskCounts } from './task-counts.ts'

/** Finds the page by the few deciding columns; only its rows are read whole. */
const SQL = `
SELECT ${RUN_COLUMNS},
  toString(toUnixTimestamp64Nano(start)) AS position
FROM ${RUN_ROWS}
WHERE run_id IN (SELECT run_id FROM ${RUN_ROWS}
  WHERE ${IN_RANGE} AND ({status:String} = '' OR status = {status:String})
    AND (empty({tags:Array(String)}) OR hasAll(JSONExtract(tags, 'Array(String)'), {tags:Array(String)}))
    AND arrayAll((key, value) -> JSONExtractRaw(metadata, key) = value, {keys:Array(String)}, {values:Array(String)})
    AND ({retryOf:String} = '' OR retry_of = {retryOf:String})
    AND ({after:String} = '' OR (toUnixTimestamp64Nano(start), run_id) < (toInt64OrZero({position:String}),
      {after:String}))
  ORDER BY start DESC, run_id DESC LIMIT {limit:UInt32})
ORDER BY start DESC, run_id DESC LIMIT {limit:UInt32}`

const RUNS = defineQuery({
  name: 'runs',
  sql: SQL,
  columns: (z) => ({
    ...detailColumns(z),
    position: z.string(),
  }),
})

/**
 * Returns runs, newest first, a page at a time. Throws `ClickHouseError`, and `AnalyticsError` `INVALID_CURSOR`,
 * `INVALID_LIMIT`.
 */
export async function runs(clickhouse: ClickHouse, filter: RunFilter<Date> = {}): Promise<RunPage<RunSummary>> {
  const limit = filter.limit ?? 50
  if (!Number.isInteger(limit) || limit < 1 || limit > 1000) {
    throw new AnalyticsError('INVALID_LIMIT', `The limit must be a whole number from 1 to 1000, not ${limit}.`)
  }
  const { position, after } = parseCursor(filter.cursor)
  const rows = await clickhouse.ask(RUNS, {
    ...rangeParameters(filter),
    status: filter.status ?? '',
    tags: filter.tags ?? [],
    keys: Object.keys(filter.metadata ?? {}),
    values: Object.values(filter.metadata ?? {}).map((value) => JSON.stringify(value)),
    retryOf: filter.retryOf ?? '',
    position,
    after,
    limit: limit + 1,
  })
  const page = rows.slice(0, limit)
  const [counts, ids] = await Promise.all([taskCounts(clickhouse, page), shownIds(clickhouse, page)])
  const last = page.at(-1)
  return {
    runs: page.map((row) => runSummary(row, ids.get(row.run_id)!, counts.get(row.run_id)!)),
    nextCursor: rows.length > limit && last !== undefined ? formatCursor(last.position, last.run_id) : null,
  }
}

/** Returns a row as it is shown. */
export function runSummary(row: RunDetails, runId: string, tasks: TaskCounts): RunSummary {
  return {
    runId,
    workflow: row.workflow,
    status: row.status,
    startTime: isoTime(row.start),
    endTime: row.ended === 1 || row.status === 'lost' ? isoTime(row.end) : null,
    durationSeconds: seconds(row.duration_ns),
    traceId: row.trace_id,
    engine: row.engine,
    tasks,
    parentRunId: row.parent_run_id || null,
    retryOf: row.retry_of || null,
    metadata: storedJson(row.metadata, {}),
    tags: storedJson<string[]>(row.tags, []),
    error: row.error || (row.status === 'lost' ? `no sign of life since ${isoTime(row.end).slice(0, 19)}Z` : null),
  }
}
