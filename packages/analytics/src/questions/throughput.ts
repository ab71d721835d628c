import { type ClickHouse, defineQuery, type RowOf } from '@runspan/clickhouse'

import { dateOf } from '../clickhouse-time.ts'
import { AnalyticsError } from '../errors.ts'
import { localTimes } from '../parameters/expected-times.ts'
import { checkTimeZone } from '../parameters/time-zone.ts'
import { openTasks } from '../sql/open-tasks.ts'
import { ALIVE_SINCE, LATEST, OF_WORKFLOW, type Range, RUN_ROWS, runColumns, runRows } from '../sql/run-rows.ts'

/** A stretch of time: what started and ended in it, and how many ran at once. */
export interface ThroughputBucket {
  /** ISO 8601, UTC. */
  readonly startTime: string
  /** Length in seconds. A day with a clock change has 23 or 25 hours; the end of the range may cut the last one. */
  readonly seconds: number
  readonly runsStarted: number
  readonly runsEnded: number
  /** Attempts that started. */
  readonly tasksStarted: number
  readonly tasksEnded: number
  readonly tasksFailed: number
  /** Mean over the time, and maximum. */
  readonly runningRuns: Level
  readonly runningTasks: Level
  /** Tasks that are ready but not started. */
  readonly queuedTasks: Level
}

export interface Level {
  readonly mean: number
  readonly peak: number
}

export interface Throughput {
  /** Null for calendar days. */
  readonly intervalSeconds: number | null
  /**
   * False if there was so much that times were rounded to a thousandth of a bucket for the peaks; counts and means are exact
   * either way.
   */
  readonly exact: boolean
  readonly buckets: readonly ThroughputBucket[]
}

export interface ThroughputQuestion extends Omit<Range, 'from' | 'to'> {
  readonly from: Date
  readonly to: Date
  /** Seconds, or calendar days of `timeZone`. Default: an interval that gives about a hundred buckets. */
  readonly interval?: number | 'day' | undefined
  readonly timeZone?: string | undefined
}

const MOST_BUCKETS = 2000
const USUAL_BUCKETS = 100
/** Attempts beyond which times are rounded, to limit the number of steps to sort. */
const EXACT_ROWS = 100_000
const STEPS_PER_BUCKET = 1000
const ROUND_SECONDS = [1, 5, 10, 30, 60, 300, 600, 1800, 3600, 7200, 14_400, 21_600, 43_200, 86_400]

const FROM = `fromUnixTimestamp64Milli({from:Int64}, 'UTC')`
const TO = `fromUnixTimestamp64Milli({to:Int64}, 'UTC')`

/** Age of a range up to which few runs were still open before it, so that the others need not be read. */
const RECENT_MS = 30 * 86_400_000
/** Runs with a record at or after the beginning, runs that are alive, and foreign ones, of which that is unknown. */
const RECENT_RUNS = runRows(`${LATEST} >= least(${FROM}, ${ALIVE_SINCE}) OR engine != 'runspan'`)

/**
 * Start and end of the runs that reach into the range: their tasks are searched there, with an hour for clocks that disagree.
 * For a limited number of runs that have not ended, the tasks are searched too.
 */
const aroundSql = (runs: string): string => `
SELECT if(count() = 0, {from:Int64}, toUnixTimestamp64Milli(min(start)) - 3600000) AS first,
  if(count() = 0, {to:Int64}, toUnixTimestamp64Milli(max(end)) + 3600000) AS last,
  groupArrayIf(5000)((run_id, workflow, status, start, end), NOT ended AND end > ${FROM}) AS open
FROM ${runs} WHERE ${OF_WORKFLOW} AND start < ${TO} AND end >= ${FROM}`

const SIZE_SQL = `SELECT toFloat64(count()) AS rows FROM workflow_tasks WHERE ${OF_WORKFLOW} AND start >= ${FROM}
  AND start < ${TO}`

const CLIPPED = `(greatest(x.1, {from:Int64} * 1000000), least(x.2, {to:Int64} * 1000000))`
const INSIDE = (time: string): string =>
  `toFloat64(${time} >= {from:Int64} * 1000000 AND ${time} < {to:Int64} * 1000000)`

/** Changes over time: + 1 at a start, − 1 at an end, with the counts of both. `x` is an interval in nanoseconds. */
const changes = (kind: string, interval: string, counts: readonly [string, string, string], source: string): string => `
  SELECT '${kind}' AS kind, y.1 AS t, y.2 AS delta, y.3 AS started, y.4 AS ended, y.5 AS failed
  FROM (SELECT ${interval} AS x, ${CLIPPED} AS c,
    arrayJoin([(c.1, toInt64(c.1 < c.2), ${counts[0]}, 0., 0.),
      (c.2, -toInt64(c.1 < c.2), 0., ${counts[1]}, ${counts[2]})]) AS y FROM ${source})`

const TASKS = `(SELECT toUnixTimestamp64Nano(start) AS s, s + toInt64(duration_ns) AS e, s - toInt64(queue_ns) AS q,
  status, attempt FROM workflow_tasks FINAL
    WHERE ${OF_WORKFLOW} AND start >= fromUnixTimestamp64Milli({first:Int64}, 'UTC')
      AND start < fromUnixTimestamp64Milli({last:Int64}, 'UTC') AND status != 'skipped'
      AND e >= {from:Int64} * 1000000 AND q < {to:Int64} * 1000000)`

/** All changes, with a change of 0 at every border, so that a level reaches into the next bucket. */
const changesOf = (
  runs: string,
): string => `(${changes('task', '(s, e)', [INSIDE('x.1'), INSIDE('x.2'), `${INSIDE('x.2')} * (status = 'failed')`], TASKS)}
  UNION ALL ${changes('queue', '(q, s)', ['0.', '0.', '0.'], `(SELECT * FROM ${TASKS} WHERE attempt = 1)`)}
  UNION ALL ${changes(
    'task',
    '(z.1 * 1000000, z.2 * 1000000)',
    [INSIDE('x.1'), '0.', '0.'],
    `(SELECT arrayJoin(arrayZip({openStarts:Array(Int64)},
    {openEnds:Array(Int64)})) AS z)`,
  )}
  UNION ALL ${changes(
    'run',
    '(toUnixTimestamp64Nano(start), toUnixTimestamp64Nano(end))',
    [INSIDE('x.1'), `${INSIDE('x.2')} * ended`, '0.'],
    `(SELECT start, greatest(start, end) AS end, ended FROM ${runs} WHERE ${OF_WORKFLOW} AND start < ${TO}
      AND end >= ${FROM})`,
  )}
  UNION ALL SELECT kind, border * 1000000 AS t, toInt64(0) AS delta, 0. AS started, 0. AS ended, 0. AS failed
    FROM (SELECT arrayJoin(['run', 'task', 'queue']) AS kind, arrayJoin({borders:Array(Int64)}) AS border))`

/** Times rounded to steps of their bucket: a change within a step counts at the beginning of the step. */
const cellsOf = (runs: string): string => `(SELECT kind, t, delta, started, ended, failed,
  roundDown(intDiv(t, 1000000), {borders:Array(Int64)}) * 1000000 AS border,
    border + intDiv(t - border, {grid:Int64}) * {grid:Int64} AS cell
  FROM ${changesOf(runs)} WHERE t < {to:Int64} * 1000000 AND t >= {from:Int64} * 1000000)`

/**
 * The exact sweep: changes are summed in order of time and netted if simultaneous, so an end and a start at the same time do
 * not overlap. The mean is the area under the level, minus what was counted too early, divided by the bucket's length (so
 * Little's law holds exactly).
 */
const sweepSql = (runs: string): string => `
SELECT bucket, sumIf(started, kind = 'run') AS runsStarted, sumIf(ended, kind = 'run') AS runsEnded,
  sumIf(started, kind = 'task') AS tasksStarted, sumIf(ended, kind = 'task') AS tasksEnded,
  sumIf(failed, kind = 'task') AS tasksFailed, maxIf(level, kind = 'run') AS runPeak,
    sumIf(area, kind = 'run') / 1e9 AS runArea, maxIf(level, kind = 'task') AS taskPeak,
      sumIf(area, kind = 'task') / 1e9 AS taskArea,
  maxIf(level, kind = 'queue') AS queuePeak, sumIf(area, kind = 'queue') / 1e9 AS queueArea
FROM (
  SELECT kind, roundDown(intDiv(cell, 1000000), {borders:Array(Int64)}) AS bucket, started, ended, failed,
    toFloat64(sum(net) OVER w) AS level,
    level * (leadInFrame(cell, 1, {to:Int64} * 1000000) OVER (PARTITION BY kind
      ORDER BY cell ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING) - cell) - late AS area
  FROM (
    SELECT kind, cell, sum(delta) AS net, sum(started) AS started, sum(ended) AS ended, sum(failed) AS failed,
      toFloat64(sum(delta * (t - cell))) AS late
    FROM ${cellsOf(runs)} GROUP BY kind, cell)
  WINDOW w AS (PARTITION BY kind ORDER BY cell ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW))
GROUP BY bucket ORDER BY bucket
SETTINGS do_not_merge_across_partitions_select_final = 1`

const aroundQuery = (runs: string) =>
  defineQuery({
    name: 'throughput/runs around',
    sql: aroundSql(runs),
    columns: (z) => ({
      first: z.number(),
      last: z.number(),
      open: z.array(z.tuple([z.string(), z.string(), runColumns(z).status, z.string(), z.string()])),
    }),
  })

const SIZE = defineQuery({ name: 'throughput/size', sql: SIZE_SQL, columns: (z) => ({ rows: z.number() }) })

const sweepQuery = (runs: string) =>
  defineQuery({
    name: 'throughput',
    sql: sweepSql(runs),
    columns: (z) => ({
      bucket: z.number(),
      runsStarted: z.number(),
      runsEnded: z.number(),
      tasksStarted: z.number(),
      tasksEnded: z.number(),
      tasksFailed: z.number(),
      runPeak: z.number(),
      runArea: z.number(),
      taskPeak: z.number(),
      taskArea: z.number(),
      queuePeak: z.number(),
      queueArea: z.number(),
    }),
  })

type Row = RowOf<ReturnType<typeof sweepQuery>>

/**
 * Returns what started and ended in `[from, to)`, and how many runs and attempts ran and waited at once, by stretches of
 * time. Runs and tasks that have not ended count up to now, silent ones up to their last heartbeat.
 * Throws `ClickHouseError`, `INVALID_RANGE`, `INVALID_INTERVAL`, `INVALID_TIME_ZONE`.
 */
export async function throughput(clickhouse: ClickHouse, question: ThroughputQuestion): Promise<Throughput> {
  const [from, to] = [question.from.getTime(), question.to.getTime()]
  if (!(to > from)) throw new AnalyticsError('INVALID_RANGE', 'The range must end after it begins.')
  const seconds = (to - from) / 1000
  const interval = question.interval ?? ROUND_SECONDS.find((step) => seconds / step <= USUAL_BUCKETS) ?? 'day'
  const borders = bordersOf(question.from, question.to, interval, checkTimeZone(question.timeZone))
  const range = { workflow: question.workflow ?? '', from, to }
  const runs = from > Date.now() - RECENT_MS ? RECENT_RUNS : RUN_ROWS
  const [[around], [size]] = await Promise.all([clickhouse.ask(aroundQuery(runs), range), clickhouse.ask(SIZE, range)])
  const openRuns = (around?.open ?? []).map(([run_id, workflow, status, start, end]) => ({
    run_id,
    workflow,
    status,
    start,
    end,
  }))
  const endOf = new Map(openRuns.map((run) => [run.run_id, dateOf(run.end).getTime()]))
  const open = (await openTasks(clickhouse, openRuns)).map((task) => ({
    start: dateOf(task.start).getTime(),
    end: endOf.get(task.run_id)!,
  }))
  const inRange = open.filter(({ start, end }) => start < to && end >= from)
  const exact = (size?.rows ?? 0) <= EXACT_ROWS
  const shortest = Math.min(...borders.map((border, i) => (borders[i + 1] ?? to) - border))
  const rows = await clickhouse.ask(sweepQuery(runs), {
    ...range,
    first: Math.max(0, around?.first ?? from),
    last: Math.max(1, around?.last ?? to),
    borders,
    // whole milliseconds, like the borders
    grid: exact ? 1 : Math.max(1, Math.floor(shortest / STEPS_PER_BUCKET)) * 1_000_000,
    openStarts: inRange.map(({ start }) => start),
    openEnds: inRange.map(({ start, end }) => Math.max(start, end)),
  })
  return {
    intervalSeconds: interval === 'day' ? null : interval,
    exact,
    buckets: rows.map((row, i) => bucketOf(row, ((borders[i + 1] ?? to) - borders[i]!) / 1000)),
  }
}

function bucketOf(row: Row, seconds: number): ThroughputBucket {
  const { runsStarted, runsEnded, tasksStarted, tasksEnded, tasksFailed } = row
  return {
    startTime: new Date(row.bucket).toISOString(),
    seconds,
    runsStarted,
    runsEnded,
    tasksStarted,
    tasksEnded,
    tasksFailed,
    runningRuns: { mean: row.runArea / seconds, peak: row.runPeak },
    runningTasks: { mean: row.taskArea / seconds, peak: row.taskPeak },
    queuedTasks: { mean: row.queueArea / seconds, peak: row.queuePeak },
  }
}

/**
 * Returns the starts of buckets in milliseconds since 1970: whole intervals, or midnights of a zone; the first is the start
 * of the range.
 */
function bordersOf(from: Date, to: Date, interval: number | 'day', timeZone: string): number[] {
  if (interval !== 'day' && !(interval >= 1 && Number.isInteger(interval))) {
    throw new AnalyticsError(
      'INVALID_INTERVAL',
      `The interval must be a whole number of seconds from 1 on, not ${interval}.`,
    )
  }
  const step = interval === 'day' ? 86_400_000 : interval * 1000
  if ((to.getTime() - from.getTime()) / step > MOST_BUCKETS) {
    throw new AnalyticsError(
      'INVALID_INTERVAL',
      `That gives more than ${MOST_BUCKETS} buckets; take a longer interval.`,
    )
  }
  if (interval === 'day')
    return [from.getTime(), ...localTimes(from, to, 0, timeZone).filter((time) => time > from.getTime())]
  const borders = [from.getTime()]
  for (let at = Math.floor(from.getTime() / step) * step + step; at < to.getTime(); at += step) borders.push(at)
  return borders
}
