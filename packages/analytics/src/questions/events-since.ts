import type { ClickHouse } from '@runspan/clickhouse'
import type { EventType, RunEndType, TaskEndType, TrackingEvent } from '@runspan/model'

import { dateOf, isoTime, seconds } from '../clickhouse-time.ts'
import { AnalyticsError } from '../errors.ts'
import { shownIds } from '../shown-ids.ts'
import { storedJson } from '../stored-json.ts'

/** What happened since a position, in the order in which it reached the database; what came together in the order of its time. */
export interface EventsPage {
  readonly events: readonly (TrackingEvent & { readonly position: string })[]
  /** Where to go on. */
  readonly position: string
  /** Whether more is there already. */
  readonly more: boolean
}

export interface EventsQuestion {
  /** A page's or an event's `position`; without one nothing is told yet, only where to begin. */
  readonly position?: string | undefined
  /** 1–10,000. Default 1,000. */
  readonly limit?: number | undefined
}

/** The highest block number in a part is in its name, so that parts without anything new are not read. */
const HIGHEST_BLOCK = `toUInt64OrZero(splitByChar('_', _part)[3])`

const NEWEST_SQL = `SELECT toFloat64(max(${HIGHEST_BLOCK})) AS block FROM workflow_events`

const SQL = `
SELECT toFloat64(_block_number) AS block, toFloat64(_block_offset) AS offset, time, kind, workflow, run_id, node_id, task_id, attempt, duration_ns,
  error_type, error, done, ifNotFinite(toNullable(total), NULL) AS total
FROM workflow_events
WHERE ${HIGHEST_BLOCK} >= {block:UInt64} AND (_block_number > {block:UInt64} OR (_block_number = {block:UInt64} AND _block_offset > {offset:Int64}))
  AND (_block_number < {lastBlock:UInt64} OR (_block_number = {lastBlock:UInt64} AND _block_offset <= {lastOffset:Int64}))
ORDER BY _block_number, _block_offset
LIMIT {limit:UInt32}`

/** Of those, what had been there before: repeated records make repeated rows. */
const KNOWN_SQL = `
SELECT DISTINCT time, kind, run_id, task_id, attempt
FROM workflow_events
WHERE time IN (SELECT arrayJoin(arrayMap(t -> parseDateTime64BestEffort(t, 9, 'UTC'), {times:Array(String)}))) AND run_id IN {ids:Array(String)}
  AND (_block_number < {block:UInt64} OR (_block_number = {block:UInt64} AND _block_offset <= {offset:Int64}))`

const RUNS_SQL = `
SELECT run_id, run_key, engine, parent_run_id, trigger, tags, metadata
FROM workflow_runs FINAL WHERE run_id IN {ids:Array(String)}`

interface Row {
  readonly block: number
  readonly offset: number
  readonly time: string
  readonly kind: EventType
  readonly workflow: string
  readonly run_id: string
  readonly node_id: string
  readonly task_id: string
  readonly attempt: number
  readonly duration_ns: number
  readonly error_type: string
  readonly error: string
  readonly done: number
  readonly total: number | null
}

interface RunOfEvent {
  readonly run_id: string
  readonly run_key: string
  readonly engine: string
  readonly parent_run_id: string
  readonly trigger: string
  readonly tags: string
  readonly metadata: string
}

interface Place {
  readonly block: number
  readonly offset: number
}

/** After all up to `place`; or, of what lies between `place` and `end`, in the order of its time, after the first `told`. */
interface Position {
  readonly place: Place
  readonly end?: Place
  readonly told: number
}

/**
 * What happened since a position, each happening once however often its record came. Block numbers of one server rise with every insert, and become
 * visible in that order, so a reader that goes on from a position misses none. Throws `ClickHouseError`, `AnalyticsError` `INVALID_POSITION`, `INVALID_LIMIT`.
 */
export async function eventsSince(clickhouse: ClickHouse, question: EventsQuestion = {}): Promise<EventsPage> {
  const limit = question.limit ?? 1000
  if (!Number.isInteger(limit) || limit < 1 || limit > 10_000) {
    throw new AnalyticsError('INVALID_LIMIT', `The limit must be a whole number from 1 to 10000, not ${limit}.`)
  }
  const from = question.position === undefined ? null : parsePosition(question.position)
  const newest = (await clickhouse.query<{ block: number }>(NEWEST_SQL))[0]?.block ?? 0
  if (from === null) return nothingAfter({ block: newest, offset: LAST })
  if (newest > 0 && newest < from.place.block)
    return since(clickhouse, { place: { block: 0, offset: -1 }, told: 0 }, limit) // the database was made anew
  if (from.end === undefined) return since(clickhouse, from, limit)
  const rest = await since(clickhouse, from, limit)
  return rest.events.length > 0 ? rest : since(clickhouse, { place: from.end, told: 0 }, limit)
}

function nothingAfter(place: Place): EventsPage {
  return { events: [], position: formatPosition({ place, told: 0 }), more: false }
}

async function since(clickhouse: ClickHouse, { place, end, told }: Position, limit: number): Promise<EventsPage> {
  const most = end === undefined ? limit : 10_000
  const last = end ?? { block: LAST, offset: LAST }
  const rows = await clickhouse.query<Row>(SQL, {
    ...place,
    lastBlock: last.block,
    lastOffset: last.offset,
    limit: most + 1,
  })
  const page = rows.slice(0, most)
  const newest = page.at(-1)
  if (newest === undefined) return nothingAfter(place)
  const events = await eventsIn(clickhouse, place, page)
  const reached = { block: newest.block, offset: newest.offset }
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

/** What new rows tell, in the order of its time; repeated records left out. */
async function eventsIn(clickhouse: ClickHouse, after: Place, page: readonly Row[]): Promise<TrackingEvent[]> {
  const ids = [...new Set(page.map(({ run_id }) => run_id))]
  const [known, runs] = await Promise.all([
    clickhouse.query<Row>(KNOWN_SQL, { ...after, ids, times: [...new Set(page.map(({ time }) => time))] }),
    clickhouse.query<RunOfEvent>(RUNS_SQL, { ids }),
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

/** Of the same moment a run's start comes first and its end last. */
function inTime(a: Row, b: Row): number {
  if (a.time !== b.time) return a.time < b.time ? -1 : 1
  return rank(a.kind) - rank(b.kind) || a.block - b.block || a.offset - b.offset
}

function rank(kind: EventType): number {
  if (kind === 'run.started') return 0
  if (kind === 'task.started') return 1
  return kind.startsWith('run.') ? 4 : kind === 'task.progress' ? 2 : 3
}

function keyOf({ kind, run_id, task_id, attempt, time }: Row): string {
  // a run begins once, whatever the clock of the second record says
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

/** After everything in a block. */
const LAST = Number.MAX_SAFE_INTEGER

/** `block.offset`, or `block.offset-block.offset-told`. */
function formatPosition({ place, end, told }: Position): string {
  const text = `${place.block}.${place.offset}`
  return end === undefined ? text : `${text}-${end.block}.${end.offset}-${told}`
}

function parsePosition(text: string): Position {
  const match = /^(\d{1,16})\.(-1|\d{1,16})(?:-(\d{1,16})\.(\d{1,16})-(\d{1,5}))?$/.exec(text)
  if (match === null)
    throw new AnalyticsError('INVALID_POSITION', 'The position is not one that an event or a page had.')
  const place = { block: Number(match[1]), offset: Number(match[2]) }
  if (match[3] === undefined) return { place, told: 0 }
  return { place, end: { block: Number(match[3]), offset: Number(match[4]) }, told: Number(match[5]) }
}
