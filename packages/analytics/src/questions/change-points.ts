import type { ClickHouse } from '@runspan/clickhouse'

import { type DailySeries, runSeries, taskSeries } from '../sql/daily-series.ts'
import type { Range } from '../sql/run-rows.ts'
import { changesOf, LEAST_STRETCH } from '../statistics/pettitt.ts'

/** A day from which a task, or the runs of a workflow, took longer or shorter than before. */
export interface ChangePoint {
  readonly workflow: string
  /** Null: the runs themselves. */
  readonly nodeId: string | null
  /** First day of the new level, a day of the time zone asked for. Of a drift the day that divides it best. */
  readonly day: string
  /** `drift` where the days hang together so much that no single day can be named. */
  readonly kind: 'change' | 'drift'
  /** Medians of the daily medians up to the change before, and up to the next. */
  readonly beforeSeconds: number
  readonly afterSeconds: number
  /** after ÷ before. */
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

/** A day with fewer completed attempts says nothing. */
const NEEDS_A_DAY = 5
/** A smaller change counts for nothing. */
const LEAST_RATIO = 1.1

/**
 * Days on which the usual duration of tasks or runs changed for good: Pettitt's rank test (1979) on the logarithms of the daily medians of what completed,
 * p < 0.01, seven days on either side, 10 % at least, then both halves again (`changesOf`); days with under 5 left out. What runs or was lost does not count. The largest
 * change first. Throws `ClickHouseError`, `INVALID_TIME_ZONE`.
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
