import type { ClickHouse } from '@runspan/clickhouse'

import { type DailySeries, runSeries, taskSeries } from '../sql/daily-series.ts'
import type { Range } from '../sql/run-rows.ts'
import { changesOf, LEAST_STRETCH } from '../statistics/pettitt.ts'

/** A day from which a task, or the runs of a workflow, took longer or shorter than before. */
export interface ChangePoint {
  readonly workflow: string
  /** Task; null for the runs themselves. */
  readonly nodeId: string | null
  /** First day of the new level, in the requested time zone. For a drift, the day that divides it best. */
  readonly day: string
  /** `drift` if the days depend on each other so much that no single day can be named. */
  readonly kind: 'change' | 'drift'
  /** Median of the daily medians back to the previous change; `afterSeconds` reaches to the next one. */
  readonly beforeSeconds: number
  readonly afterSeconds: number
  /** afterSeconds ÷ beforeSeconds. */
  readonly ratio: number
  readonly pValue: number
  readonly daysBefore: number
  readonly daysAfter: number
}

export interface ChangePointsQuestion extends Range {
  /** Default: tasks and runs. */
  readonly of?: 'runs' | 'tasks' | undefined
  /** IANA name. Default UTC. */
  readonly timeZone?: string | undefined
}

/** Minimum completed attempts of a day. */
const NEEDS_A_DAY = 5
/** Minimum ratio of a change. */
const LEAST_RATIO = 1.1

/**
 * Returns days on which the usual duration of tasks or runs changed permanently. Uses Pettitt's rank test (1979) on the
 * logarithms of the daily medians of completed attempts: p < 0.01, seven days on either side, at least 10 %; then tests both
 * halves again (`changesOf`). Days with fewer than 5 are left out. Running and lost ones do not count. The largest change
 * comes first.
 * Throws `ClickHouseError`, `INVALID_TIME_ZONE`.
 */
export async function changePoints(
  clickhouse: ClickHouse,
  question: ChangePointsQuestion = {},
): Promise<ChangePoint[]> {
  const least = { aDay: NEEDS_A_DAY, days: 2 * LEAST_STRETCH }
  const [runs, tasks] = await Promise.all([
    question.of === 'tasks' ? [] : runSeries(clickhouse, question, least),
    question.of === 'runs' ? [] : taskSeries(clickhouse, question, least),
  ])
  return [...runs, ...tasks]
    .flatMap(changesIn)
    .toSorted((a, b) => Math.abs(Math.log(b.ratio)) - Math.abs(Math.log(a.ratio)) || (a.day < b.day ? -1 : 1))
}

function changesIn({ workflow, nodeId, points }: DailySeries): ChangePoint[] {
  const logarithms = points.map(([, nanoseconds]) => Math.log(Math.max(1, nanoseconds)))
  return changesOf(logarithms, Math.log(LEAST_RATIO)).map((change) => ({
    workflow,
    nodeId,
    day: points[change.index]![0],
    kind: change.drift ? 'drift' : 'change',
    beforeSeconds: Math.exp(change.before) / 1e9,
    afterSeconds: Math.exp(change.after) / 1e9,
    ratio: Math.exp(change.after - change.before),
    pValue: change.pValue,
    daysBefore: change.countBefore,
    daysAfter: change.countAfter,
  }))
}
