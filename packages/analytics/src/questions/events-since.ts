import { type ClickHouse, clusterOf, defineQuery, type RowOf, type Zod } from '@runspan/clickhouse'
import { EVENT_TYPES, type EventType, type RunEndType, type TaskEndType, type TrackingEvent } from '@runspan/model'

import { dateOf, isoTime, seconds } from '../clickhouse-time.ts'
import { AnalyticsError } from '../errors.ts'
import {
  formatPosition,
  LAST,
  parsePosition,
  type Place,
  type Point,
  type Position,
} from '../parameters/event-position.ts'
import { shownIds } from '../sql/shown-ids.ts'
import { storedJson } from '../sql/stored-json.ts'

/**
 * Events since a position, in the order in which they reached the database; those that arrived together in order of time.
 */
export interface EventsPage {
  readonly events: readonly (TrackingEvent & { readonly position: string })[]
  /** Position to resume from. */
  readonly position: string
  /** Whether more events are available now. */
  readonly more: boolean
}

export interface EventsQuestion {
  /** `position` of a page or an event; without one the answer has no events, only the current position. */
  readonly position?: string | undefined
  /** 1–10,000. Default 1,000. */
  readonly limit?: number | undefined
}

/** A part's name contains its highest block number, so parts without new blocks are not read. */
const HIGHEST_BLOCK = `toUInt64OrZero(splitByChar('_', _part)[3])`

/**
 * Picks this shard's entry from a per-shard list. A shard missing from the saved position starts at its first event.
 */
const ofShard = (list: string, otherwise: number): string =>
  `if(has({shards:Array(UInt32)}, shardNum()), ${list}[indexOf({shards:Array(UInt32)}, shardNum())], ${otherwise})`
const BLOCK = ofShard('{blocks:Array(UInt64)}', 0)
const OFFSET = ofShard('{offsets:Array(Int64)}', -1)
const LAST_BLOCK = ofShard('{lastBlocks:Array(UInt64)}', 0)
const LAST_OFFSET = ofShard('{lastOffsets:Array(Int64)}', -1)

/** Without a cluster there is one shard, 0. */
const NEWEST_SQL = `SELECT shardNum() AS shard, toFloat64(max(${HIGHEST_BLOCK})) AS block FROM workflow_events
  GROUP BY shard`

const SQL = `
SELECT shardNum() AS shard, toFloat64(_block_number) AS block, toFloat64(_block_offset) AS offset, time, kind, workflow,
  run_id, node_id, task_id, attempt, duration_ns,
  error_type, error, done, ifNotFinite(toNullable(total), NULL) AS total
FROM workflow_events
WHERE ${HIGHEST_BLOCK} >= ${BLOCK} AND (_block_number > ${BLOCK}
  OR (_block_number = ${BLOCK} AND _block_offset > ${OFFSET}))
  AND ({open:Bool} OR _block_number < ${LAST_BLOCK}
    OR (_block_number = ${LAST_BLOCK} AND _block_offset <= ${LAST_OFFSET}))
ORDER BY _block_number, _block_offset, shard
LIMIT {limit:UInt32}`

/** Rows of those that existed before: repeated records make repeated rows. */
const KNOWN_SQL = `
SELECT DISTINCT time, kind, run_id, task_id, attempt
FROM workflow_events
WHERE time IN (SELECT arrayJoin(arrayMap(t -> parseDateTime64BestEffort(t, 9, 'UTC'), {times:Array(String)})))
  AND run_id IN {ids:Array(String)}
  AND (_block_number < ${BLOCK} OR (_block_number = ${BLOCK} AND _block_offset <= ${OFFSET}))`

const RUNS_SQL = `
SELECT run_id, run_key, engine, parent_run_id, trigger, tags, metadata
FROM workflow_runs FINAL WHERE run_id IN {ids:Array(String)}`

const NEWEST = defineQuery({
  name: 'events-since/newest',
  sql: NEWEST_SQL,
  columns: (z) => ({ shard: z.number(), block: z.number() }),
})

/** Columns that identify an event. */
const keyColumns = (z: Zod) => ({
  time: z.string(),
  kind: z.enum(EVENT_TYPES),
  run_id: z.string(),
  task_id: z.string(),
  attempt: z.number(),
})

const EVENTS = defineQuery({
  name: 'events-since',
  sql: SQL,
  columns: (z) => ({
    ...keyColumns(z),
    shard: z.number(),
    block: z.number(),
    offset: z.number(),
    workflow: z.string(),
    node_id: z.string(),
    duration_ns: z.number(),
    error_type: z.string(),
    error: z.string(),
    done: z.number(),
    total: z.nullable(z.number()),
  }),
})

const KNOWN = defineQuery({ name: 'events-since/known', sql: KNOWN_SQL, columns: keyColumns })

const RUNS = defineQuery({
  name: 'events-since/runs',
  sql: RUNS_SQL,
  columns: (z) => ({
    run_id: z.string(),
    run_key: z.string(),
    engine: z.string(),
    parent_run_id: z.string(),
    trigger: z.string(),
    tags: z.string(),
    metadata: z.string(),
  }),
})

type Row = RowOf<typeof EVENTS>
type RunOfEvent = RowOf<typeof RUNS>

/**
 * Returns the events since a position, each once however often its record arrived. Block numbers of one server rise with
 * every insert and become visible in that order, so a reader that resumes from a position misses nothing. Over a cluster a
 * position has one number a shard.
 * Throws `ClickHouseError`, `AnalyticsError` `INVALID_POSITION`, `INVALID_LIMIT`, `REPLICAS_NOT_FOLLOWED`.
 */
export async function eventsSince(clickhouse: ClickHouse, question: EventsQuestion = {}): Promise<EventsPage> {
  const limit = question.limit ?? 1000
  if (!Number.isInteger(limit) || limit < 1 || limit > 10_000) {
    throw new AnalyticsError('INVALID_LIMIT', `The limit must be a whole number from 1 to 10000, not ${limit}.`)
  }
  const from = question.position === undefined ? null : parsePosition(question.position)
  const newest = await newestPlace(clickhouse)
  if (from === null) return nothingAfter(newest)
  const known = { ...from, place: withoutThoseMadeAnew(from.place, newest) }
  if (known.end === undefined || known.place.size < from.place.size)
    return since(clickhouse, { place: known.place, told: 0 }, limit)
  const rest = await since(clickhouse, known, limit)
  return rest.events.length > 0 ? rest : since(clickhouse, { place: known.end, told: 0 }, limit)
}

/** Returns the place after all current events. */
async function newestPlace(clickhouse: ClickHouse): Promise<Place> {
  const newest = await clickhouse.ask(NEWEST)
  if (newest.some(({ shard }) => shard > 0) && (await clusterOf(clickhouse))?.replicated === true) {
    throw new AnalyticsError(
      'REPLICAS_NOT_FOLLOWED',
      'Events of a cluster with replicas have no order that all replicas share, so they cannot be followed. Follow within the process, or ask for runs.',
    )
  }
  return new Map(newest.map(({ shard, block }) => [shard, { block, offset: LAST }]))
}

/** Removes shards that were recreated, so that they are read from their beginning. */
function withoutThoseMadeAnew(place: Place, newest: Place): Place {
  const isAnew = (shard: number, { block }: Point): boolean => {
    const now = newest.get(shard)?.block ?? 0
    return now > 0 && now < block
  }
  return new Map([...place].filter(([shard, point]) => !isAnew(shard, point)))
}

function nothingAfter(place: Place): EventsPage {
  return { events: [], position: formatPosition({ place, told: 0 }), more: false }
}

async function since(clickhouse: ClickHouse, { place, end, told }: Position, limit: number): Promise<EventsPage> {
  const most = end === undefined ? limit : 10_000
  const shards = [...new Set([...place.keys(), ...(end?.keys() ?? [])])]
  const rows = await clickhouse.ask(EVENTS, {
    ...pointsOf(place, shards),
    lastBlocks: shards.map((shard) => end?.get(shard)?.block ?? 0),
    lastOffsets: shards.map((shard) => end?.get(shard)?.offset ?? -1),
    open: end === undefined,
    limit: most + 1,
  })
  const page = rows.slice(0, most)
  if (page.length === 0) return nothingAfter(place)
  const events = await eventsIn(clickhouse, place, page)
  const reached: Place = new Map([
    ...place,
    ...page.map(({ shard, block, offset }) => [shard, { block, offset }] as const),
  ])
  const positioned = events.map((event, index) => ({
    ...event,
    position: formatPosition(
      index + 1 === events.length ? { place: reached, told: 0 } : { place, end: reached, told: index + 1 },
    ),
  }))
  return {
    events: positioned.slice(told),
    position: formatPosition({ place: reached, told: 0 }),
    more: end !== undefined || rows.length > most,
  }
}

function pointsOf(place: Place, shards: readonly number[]): Record<string, readonly number[]> {
  const points = shards.map((shard) => place.get(shard) ?? { block: 0, offset: -1 })
  return { shards, blocks: points.map(({ block }) => block), offsets: points.map(({ offset }) => offset) }
}

/** Returns the events of new rows in order of time, without repeated records. */
async function eventsIn(clickhouse: ClickHouse, after: Place, page: readonly Row[]): Promise<TrackingEvent[]> {
  const ids = [...new Set(page.map(({ run_id }) => run_id))]
  const [known, runs] = await Promise.all([
    clickhouse.ask(KNOWN, {
      ...pointsOf(after, [...after.keys()]),
      ids,
      times: [...new Set(page.map(({ time }) => time))],
    }),
    clickhouse.ask(RUNS, { ids }),
  ])
  const shown = await shownIds(clickhouse, runs)
  const byId = new Map(runs.map((run) => [run.run_id, run]))
  const told = new Set(known.map(keyOf))
  const events: TrackingEvent[] = []
  for (const row of page.toSorted(inTime)) {
    const key = keyOf(row)
    if (told.has(key)) continue
    told.add(key)
    events.push(...eventsOf(row, shown.get(row.run_id) ?? row.run_id, byId.get(row.run_id)))
  }
  return events
}

/** Compares rows by time; at the same moment a run's start comes first and its end last. */
function inTime(a: Row, b: Row): number {
  if (a.time !== b.time) return a.time < b.time ? -1 : 1
  return rank(a.kind) - rank(b.kind) || a.block - b.block || a.offset - b.offset
}

function rank(kind: EventType): number {
  if (kind === 'run.started') return 0
  if (kind === 'task.started') return 1
  return kind.startsWith('run.') ? 4 : kind === 'task.progress' ? 2 : 3
}

function keyOf({ kind, run_id, task_id, attempt, time }: RowOf<typeof KNOWN>): string {
  // a run starts once, whatever the clock of a second record says
  return kind === 'run.started' ? `${kind}/${run_id}` : `${kind}/${run_id}/${task_id}/${attempt}/${time}`
}

function eventsOf(row: Row, runId: string, run: RunOfEvent | undefined): TrackingEvent[] {
  const { kind } = row
  const same = { time: dateOf(row.time), runId, workflowId: row.workflow }
  if (kind === 'run.started') {
    const details = {
      parentRunId: run?.parent_run_id || null,
      trigger: run?.trigger || null,
      tags: storedJson<string[]>(run?.tags ?? '', []),
      metadata: storedJson(run?.metadata ?? '', {}),
    }
    return [{ type: kind, id: `${kind}/${runId}`, ...same, ...details }]
  }
  const duration = seconds(row.duration_ns)
  if (kind.startsWith('run.')) {
    const id = `${kind}/${runId}/${Date.parse(isoTime(row.time))}`
    return [{ type: kind as RunEndType, id, ...same, duration, error: row.error || null }]
  }
  const task = { ...same, taskId: row.task_id, nodeId: row.node_id, attempt: row.attempt }
  const id = `${kind}/${runId}/${row.task_id}/${row.attempt}`
  switch (kind) {
    case 'task.started': {
      const retried = { type: 'task.retried' as const, id: id.replace('task.started', 'task.retried'), ...task }
      return row.attempt > 1 ? [{ type: kind, id, ...task }, retried] : [{ type: kind, id, ...task }]
    }
    case 'task.progress': {
      const { done, total, error } = row
      const moment = Date.parse(isoTime(row.time))
      return [{ type: kind, id: `${id}/${moment}`, ...task, done, total, message: error || null }]
    }
    default: {
      const failed = kind === 'task.failed'
      return [
        {
          type: kind as TaskEndType,
          id,
          ...task,
          duration: kind === 'task.skipped' ? null : duration,
          error: failed ? { type: row.error_type || 'Error', message: row.error, stack: null } : null,
          reason: failed ? null : row.error || null,
        },
      ]
    }
  }
}
