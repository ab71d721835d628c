import type { ClickHouse } from '@runspan/clickhouse'

import { rollupAnswers } from './roll-up.ts'
import { OF_WORKFLOW } from './run-rows.ts'
import { timeOf } from './time-of.ts'

/** One side of a comparison: half-open, on the start of attempts; limited to one version if given. */
export interface ComparedSide {
  readonly from: Date
  readonly to: Date
  readonly version?: string | undefined
}

export interface Sides {
  readonly workflow?: string | undefined
  readonly baseline: ComparedSide
  readonly candidate: ComparedSide
}

/** Values of the parameters in the conditions below. */
export type SideParameters = Readonly<Record<string, string | number>>

const at = (parameter: string): string => timeOf(`{${parameter}:Float64}`)
const ofVersion = (side: string): string => `({${side}Version:String} = '' OR version = {${side}Version:String})`
const onSide = (side: string): string =>
  `(start >= ${at(`${side}From`)} AND start < ${at(`${side}To`)} AND ${ofVersion(side)})`
/** Whole days that the rollup answers. */
const inDays = (side: string): string =>
  `(start >= ${at(`${side}FirstDay`)} AND start < ${at(`${side}EndOfDays`)} AND ${ofVersion(side)})`
const isDay = (side: string): string =>
  `(day >= toDate(${at(`${side}FirstDay`)}) AND day < toDate(${at(`${side}EndOfDays`)}) AND ${ofVersion(side)})`

/**
 * Attempts of both sides that are read one by one, from `workflow_tasks`; `half` is 0 for the baseline, 1 for the candidate.
 */
export const OF_BOTH_SIDES: string = `${OF_WORKFLOW} AND (${onSide('baseline')} OR ${onSide('candidate')}) AND NOT ${inDays('baseline')} AND NOT ${inDays('candidate')}`
export const HALF: string = `toUInt8(${onSide('candidate')})`

/** Days of both sides that the rollup answers, from `workflow_task_stats`; none with few attempts. */
export const DAYS_OF_BOTH_SIDES: string = `${OF_WORKFLOW} AND workflow != '' AND (${isDay('baseline')} OR ${isDay('candidate')})`
export const HALF_OF_DAY: string = `toUInt8(${isDay('candidate')})`

const DAY_MS = 86_400_000

/**
 * Returns the parameters of both sides. With very many attempts whole days come from the daily rollup, which is a minute
 * behind, and only the ends of a side from the attempts. Throws `ClickHouseError`.
 */
export async function sideParameters(
  clickhouse: ClickHouse,
  { workflow, baseline, candidate }: Sides,
): Promise<SideParameters> {
  const rolledUp = await rollupAnswers(clickhouse, {
    workflow,
    from: new Date(Math.min(baseline.from.getTime(), candidate.from.getTime())),
    to: new Date(Math.max(baseline.to.getTime(), candidate.to.getTime())),
  })
  const days = ({ from, to }: ComparedSide): readonly [number, number] =>
    rolledUp
      ? [Math.ceil(from.getTime() / DAY_MS) * (DAY_MS / 1000), Math.floor(to.getTime() / DAY_MS) * (DAY_MS / 1000)]
      : [0, 0]
  const [baselineFirstDay, baselineEndOfDays] = days(baseline)
  const [candidateFirstDay, candidateEndOfDays] = days(candidate)
  return {
    workflow: workflow ?? '',
    baselineFrom: baseline.from.getTime() / 1000,
    baselineTo: baseline.to.getTime() / 1000,
    baselineVersion: baseline.version ?? '',
    candidateFrom: candidate.from.getTime() / 1000,
    candidateTo: candidate.to.getTime() / 1000,
    candidateVersion: candidate.version ?? '',
    baselineFirstDay,
    baselineEndOfDays,
    candidateFirstDay,
    candidateEndOfDays,
  }
}
