import type { ConditionKind, Finding, Question } from './condition.ts'
import { duration, type Duration } from './duration.ts'
import { failedRun, type FailedRun } from './failed-run.ts'
import { failureRate, type FailureRate } from './failure-rate.ts'
import { longerThanUsual, type LongerThanUsual } from './longer-than-usual.ts'
import { lostRun, type LostRun } from './lost-run.ts'
import { memoryPeak, type MemoryPeak } from './memory-peak.ts'
import { noRun, type NoRun } from './no-run.ts'
import { taskRegression, type TaskRegression } from './task-regression.ts'

/** A condition of a rule. */
export type Condition =
  | Duration
  | FailedRun
  | FailureRate
  | LongerThanUsual
  | LostRun
  | MemoryPeak
  | NoRun
  | TaskRegression
export type ConditionType = Condition['type']

/** All conditions by name. A new one needs a file here, a line in this table and one in the type above. */
export const CONDITIONS: { readonly [Type in ConditionType]: ConditionKind<Extract<Condition, { type: Type }>> } = {
  duration,
  failedRun,
  failureRate,
  longerThanUsual,
  lostRun,
  memoryPeak,
  noRun,
  taskRegression,
}

/** Returns the current findings of a condition. Throws `ClickHouseError`. */
export async function findingsOf<Type extends ConditionType>(
  type: Type,
  condition: Extract<Condition, { type: Type }>,
  question: Question,
): Promise<Finding[]> {
  return CONDITIONS[type].find(condition, question)
}
