import { type ClickHouse, defineQuery, type RowOf } from '@runspan/clickhouse'

import { isoTime } from '../clickhouse-time.ts'
import { AnalyticsError } from '../errors.ts'
import { expectedTimes, type Frequency } from '../parameters/expected-times.ts'
import { checkTimeZone } from '../parameters/time-zone.ts'
import { IN_RANGE, type Range, rangeParameters, RUN_ROWS } from '../sql/run-rows.ts'
import { shownIds } from '../sql/shown-ids.ts'

export interface SlaQuestion extends Range {
  readonly workflow: string
  /** Seconds after the reference within which a run must complete. */
  readonly limitSeconds: number
  /**
   * Time from which the limit counts: the run's start, or a time in its metadata under this key, such as when it was due.
   * Default its start.
   */
  readonly reference?: 'started' | { readonly metadata: string } | undefined
  /** Expected times: a time at which no run started before the next counts as missed, too. */
  readonly expected?: Frequency | undefined
  /** Time zone of the days in the answer. Default UTC. */
  readonly timeZone?: string | undefined
  readonly now?: Date | undefined
}

/** How often runs completed in time. */
export interface SlaAttainment {
  readonly workflow: string
  readonly limitSeconds: number
  readonly met: number
  readonly missed: number
  /** Runs that are running and still within the limit. */
  readonly undecided: number
  /** Cancelled runs, which are left out. */
  readonly cancelled: number
  /** Runs without the reference, which are left out. */
  readonly withoutReference: number
  /** met ÷ (met + missed); null if both are 0. */
  readonly attained: number | null
  /** Missed runs by reason. */
  readonly reasons: {
    readonly late: number
    readonly failed: number
    readonly lost: number
    readonly running: number
    readonly absent: number
  }
  /** Expected times without a run, the first thousand. */
  readonly absentTimes: readonly string[]
  readonly days: readonly {
    readonly day: string
    readonly met: number
    readonly missed: number
    readonly undecided: number
  }[]
  /** Latest missed runs, at most fifty. */
  readonly missedRuns: readonly {
    readonly runId: string
    readonly startTime: string
    readonly reason: 'late' | 'failed' | 'lost' | 'running'
    readonly secondsAfterReference: number
  }[]
}

/**
 * Each run with its verdict. Running and silent ones are late as soon as the limit has passed, so that runs that hang are
 * included; before that they are undecided.
 */
const RUNS = `(
  SELECT run_id, run_key, engine, start, if({key:String} = '', toNullable(start),
    parseDateTime64BestEffortOrNull(JSONExtractString(metadata, {key:String}), 9, 'UTC')) AS reference,
    (if(ended, toUnixTimestamp64Nano(end),
      toInt64({now:Float64} * 1e9)) - toUnixTimestamp64Nano(reference)) / 1e9 AS taken,
    multiIf(reference IS NULL, 'none', status = 'cancelled', 'cancelled', status = 'failed', 'failed', status = 'lost'
      AND ended, 'lost', NOT ended AND taken <= {limit:Float64}, 'undecided',
      status = 'lost', 'lost', NOT ended, 'running', taken <= {limit:Float64}, 'met', 'late') AS verdict
  FROM ${RUN_ROWS} WHERE ${IN_RANGE} AND toUnixTimestamp64Nano(start) <= {now:Float64} * 1e9
)`

const DAYS_SQL = `
SELECT toString(date) AS day, verdict, runs
FROM (SELECT toDate(toTimeZone(ifNull(reference, start), {tz:String})) AS date, verdict, toFloat64(count()) AS runs
  FROM ${RUNS} GROUP BY date, verdict)
ORDER BY day`

const MISSED_SQL = `
SELECT run_id, run_key, engine, start, verdict, taken FROM ${RUNS}
WHERE verdict IN ('late', 'failed', 'lost', 'running') ORDER BY start DESC, run_id LIMIT 50`

/** Expected times after which a run came, before the next. */
const PRESENT_SQL = `
SELECT DISTINCT roundDown(toUnixTimestamp64Milli(assumeNotNull(reference)), {times:Array(Int64)}) AS time FROM ${RUNS}
WHERE reference IS NOT NULL AND toUnixTimestamp64Milli(assumeNotNull(reference)) >= {first:Int64}`

const MISSED_VERDICTS = ['late', 'failed', 'lost', 'running'] as const

const DAYS = defineQuery({
  name: 'sla-attainment/days',
  sql: DAYS_SQL,
  columns: (z) => ({
    day: z.string(),
    verdict: z.enum([...MISSED_VERDICTS, 'none', 'cancelled', 'undecided', 'met']),
    runs: z.number(),
  }),
})

const MISSED = defineQuery({
  name: 'sla-attainment/missed',
  sql: MISSED_SQL,
  columns: (z) => ({
    run_id: z.string(),
    run_key: z.string(),
    engine: z.string(),
    start: z.string(),
    verdict: z.enum(MISSED_VERDICTS),
    taken: z.number(),
  }),
})

const PRESENT = defineQuery({
  name: 'sla-attainment/present',
  sql: PRESENT_SQL,
  columns: (z) => ({ time: z.number() }),
})

type Day = RowOf<typeof DAYS>
type Verdict = Day['verdict']

/**
 * Returns how often the runs of a workflow completed within a limit. met = completed within it; missed = completed later,
 * failed, lost, or running past it; attained = met ÷ (met + missed). The limit after a reference works as in Airflow's
 * Deadline Alerts, `expected` times as in Prefect's frequency. Cancelled runs are left out. Throws `ClickHouseError`,
 * `INVALID_TIME_ZONE`, `INVALID_RANGE`.
 */
export async function slaAttainment(clickhouse: ClickHouse, question: SlaQuestion): Promise<SlaAttainment> {
  const { workflow, limitSeconds, reference = 'started' } = question
  if (!(limitSeconds > 0))
    throw new AnalyticsError('INVALID_RANGE', `The limit must be above 0 s, not ${limitSeconds}.`)
  const now = question.now ?? new Date()
  const parameters = {
    ...rangeParameters(question),
    key: reference === 'started' ? '' : reference.metadata,
    limit: limitSeconds,
    now: now.getTime() / 1000,
    tz: checkTimeZone(question.timeZone),
  }
  const times = question.expected === undefined ? [] : dueTimes(question, question.expected, now)
  const [rows, missedRows, present] = await Promise.all([
    clickhouse.ask(DAYS, parameters),
    clickhouse.ask(MISSED, parameters),
    times.length === 0 ? [] : clickhouse.ask(PRESENT, { ...parameters, times, first: times[0] }),
  ])
  const came = new Set(present.map(({ time }) => time))
  // the last slot is still open
  const absentTimes = times.slice(0, -1).filter((time) => !came.has(time))
  const ids = await shownIds(clickhouse, missedRows)
  const count = (...verdicts: Verdict[]): number =>
    rows.filter(({ verdict }) => verdicts.includes(verdict)).reduce((sum, { runs }) => sum + runs, 0)
  const met = count('met')
  const missed = count(...MISSED_VERDICTS) + absentTimes.length
  return {
    workflow,
    limitSeconds,
    met,
    missed,
    undecided: count('undecided'),
    cancelled: count('cancelled'),
    withoutReference: count('none'),
    attained: met + missed === 0 ? null : met / (met + missed),
    reasons: {
      late: count('late'),
      failed: count('failed'),
      lost: count('lost'),
      running: count('running'),
      absent: absentTimes.length,
    },
    absentTimes: absentTimes.slice(0, 1000).map((time) => new Date(time).toISOString()),
    days: daysOf(rows),
    missedRuns: missedRows.map((row) => ({
      runId: ids.get(row.run_id)!,
      startTime: isoTime(row.start),
      reason: row.verdict,
      secondsAfterReference: row.taken,
    })),
  }
}

/** Returns all expected times up to now, and the next one, in milliseconds since 1970. */
function dueTimes(question: SlaQuestion, expected: Frequency, now: Date): number[] {
  if (question.from === undefined) {
    throw new AnalyticsError('INVALID_RANGE', 'Expected times need `from`, the start of the range.')
  }
  const to = question.to !== undefined && question.to < now ? question.to : now
  const times = expectedTimes(expected, question.from, to)
  // a run for the last time may start up to the end of the range
  return question.to !== undefined && question.to <= now ? [...times, question.to.getTime()] : times
}

function daysOf(rows: readonly Day[]): SlaAttainment['days'] {
  const days = new Map<string, { met: number; missed: number; undecided: number }>()
  for (const { day, verdict, runs } of rows) {
    const sums = days.get(day) ?? { met: 0, missed: 0, undecided: 0 }
    days.set(day, sums)
    if (verdict === 'met') sums.met += runs
    else if (verdict === 'undecided') sums.undecided += runs
    else if (verdict !== 'none' && verdict !== 'cancelled') sums.missed += runs
  }
  return [...days].map(([day, sums]) => ({ day, ...sums }))
}
