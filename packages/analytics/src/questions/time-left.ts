import { type ClickHouse, defineQuery } from '@runspan/clickhouse'
import type { RunStatus } from '@runspan/model'

import { isoTime, secondsBetween } from '../clickhouse-time.ts'
import { forecast, type ForecastTask, templateOf } from '../replay/forecast.ts'
import { requireRun } from '../sql/find-run.ts'
import { HISTORY_SECONDS, nodeHistory } from '../sql/node-history.ts'
import { RUN_ROWS, startedSince } from '../sql/run-rows.ts'
import { completedOnly, sampleRuns } from '../sql/run-sample.ts'
import { shownIds } from '../sql/shown-ids.ts'
import { timeOf } from '../sql/time-of.ts'
import { median, quantile } from '../statistics/statistics.ts'
import { tasksOf } from './tasks.ts'
import { USUAL_NEEDS_RUNS } from './usual-durations.ts'

/** Estimated time left of a running run. Seconds; null if it cannot be estimated. */
export interface TimeLeft {
  readonly runId: string
  readonly workflow: string
  readonly status: RunStatus
  readonly elapsedSeconds: number
  readonly leftSeconds: number | null
  /** Four of five runs end between these. */
  readonly p10LeftSeconds: number | null
  readonly p90LeftSeconds: number | null
  /** Expected end, ISO 8601. */
  readonly expectedEndTime: string | null
  /** Basis of the estimate: replayed tasks of earlier runs, durations of earlier runs, or none. */
  readonly basis: 'tasks' | 'runs' | 'none'
  readonly historyRuns: number
  /** Running tasks; `waitingTasks` are tasks of earlier runs that this one has not started. */
  readonly runningTasks: readonly string[]
  readonly waitingTasks: readonly string[]
  /** True if a task or the run takes longer than ever before: then there is no number. */
  readonly overdue: boolean
}

const USUAL_DRAWS = 200

const DURATIONS_SQL = `
SELECT groupArray(duration_ns / 1e9) AS durations FROM (
  SELECT duration_ns FROM ${RUN_ROWS}
  WHERE workflow = {workflow:String} AND status = 'completed' AND ${startedSince(timeOf('{from:Float64}'))}
    AND run_id != {id:String} ORDER BY start DESC LIMIT 1000)`

const DURATIONS = defineQuery({
  name: 'time-left',
  sql: DURATIONS_SQL,
  columns: (z) => ({ durations: z.array(z.number()) }),
})

type Answer = Pick<TimeLeft, 'leftSeconds' | 'p10LeftSeconds' | 'p90LeftSeconds' | 'basis' | 'overdue'>

const NOTHING: Answer = {
  leftSeconds: null,
  p10LeftSeconds: null,
  p90LeftSeconds: null,
  basis: 'none',
  overdue: false,
}

/**
 * Returns the estimated time left of a run. Its rest is replayed (`simulate.ts`) with the structure of the latest completed
 * run: ended tasks stand; running ones take a time drawn from earlier runs that is longer than they have run already; the
 * others take any earlier time. The estimate is the replay with medians, the interval is p10 to p90 of 200 draws with a fixed
 * seed. With fewer than five completed runs in 28 days there is no estimate; a task that runs longer than ever is `overdue`.
 * An ended run has 0 left, a lost one no estimate. Throws `ClickHouseError`, `RUN_NOT_FOUND`, `RUN_AMBIGUOUS`.
 */
export async function timeLeft(
  clickhouse: ClickHouse,
  runId: string,
  options: { readonly draws?: number | undefined; readonly seed?: number | undefined } = {},
): Promise<TimeLeft> {
  const run = await requireRun(clickhouse, runId)
  const ids = await shownIds(clickhouse, [run])
  const elapsedSeconds = run.duration_ns / 1e9
  const about = { runId: ids.get(run.run_id)!, workflow: run.workflow, status: run.status, elapsedSeconds }
  const nobody = { expectedEndTime: null, historyRuns: 0, runningTasks: [], waitingTasks: [] }
  if (run.status === 'lost') return { ...about, ...NOTHING, ...nobody }
  if (run.ended === 1) {
    const none = { leftSeconds: 0, p10LeftSeconds: 0, p90LeftSeconds: 0, expectedEndTime: isoTime(run.end) }
    return { ...about, ...NOTHING, ...nobody, ...none }
  }
  const now = Date.parse(`${isoTime(run.end).slice(0, 23)}Z`)
  const since = new Date(now - HISTORY_SECONDS * 1000)
  const [tasks, sample, history, [row]] = await Promise.all([
    tasksOf(clickhouse, run),
    sampleRuns(clickhouse, { workflow: run.workflow, from: since }).then((all) => completedOnly(clickhouse, all)),
    nodeHistory(clickhouse, { workflow: run.workflow, before: new Date(now), except: run.run_id }),
    clickhouse.ask(DURATIONS, {
      workflow: run.workflow,
      from: since.getTime() / 1000,
      id: run.run_id,
    }),
  ])
  const durations = row?.durations ?? []
  const template = templateOf(sample.filter((earlier) => earlier.runId !== run.run_id))
  const present = tasks.map((task): ForecastTask => {
    const start = secondsBetween(run.start, task.startTime)
    return {
      nodeId: task.nodeId,
      start,
      end: task.endTime === null ? null : start + (task.durationSeconds ?? 0),
      skipped: task.status === 'skipped',
    }
  })
  const running = [...new Set(present.filter(({ end }) => end === null).map(({ nodeId }) => nodeId))]
  const begun = new Set(present.map(({ nodeId }) => nodeId))
  const waiting = template === null ? [] : template.nodes.map(({ nodeId }) => nodeId).filter((node) => !begun.has(node))
  const enough = durations.length >= USUAL_NEEDS_RUNS
  const replayed =
    template === null || !enough
      ? null
      : forecast(template, present, history, elapsedSeconds, options.draws ?? USUAL_DRAWS, options.seed ?? 1)
  const answer: Answer = !enough
    ? NOTHING
    : replayed === null
      ? byRuns(durations, elapsedSeconds)
      : { ...replayed, basis: 'tasks' }
  return {
    ...about,
    ...answer,
    expectedEndTime: answer.leftSeconds === null ? null : new Date(now + answer.leftSeconds * 1000).toISOString(),
    historyRuns: durations.length,
    runningTasks: running,
    waitingTasks: [...new Set(waiting)],
  }
}

/** Estimates from the durations of earlier runs that took longer than this one has run already. */
function byRuns(durations: readonly number[], elapsed: number): Answer {
  const longer = durations.filter((seconds) => seconds > elapsed).map((seconds) => seconds - elapsed)
  if (longer.length === 0) return { ...NOTHING, basis: 'runs', overdue: true }
  return {
    leftSeconds: median(longer),
    p10LeftSeconds: quantile(longer, 0.1),
    p90LeftSeconds: quantile(longer, 0.9),
    basis: 'runs',
    overdue: false,
  }
}
