import type { ClickHouse } from '@runspan/clickhouse'
import type { z } from 'zod'

/** Input of a condition. */
export interface Question {
  readonly clickhouse: ClickHouse
  /** Only this workflow; without one, all. */
  readonly workflow: string | undefined
  /** Start of the search: earlier runs were checked before. */
  readonly from: Date
  readonly now: Date
  /** Subjects of open findings: they are checked again, however old. */
  readonly open: readonly string[]
}

/** Something that meets a condition. */
export interface Finding {
  /** Identifies it among the findings of its rule: it is notified once. */
  readonly subject: string
  /**
   * True if it stays open until a later evaluation does not find it, which is its recovery. False for a single event that is
   * over.
   */
  readonly ongoing: boolean
  readonly workflow: string
  readonly runId: string | null
  readonly nodeId: string | null
  /** The workflow, or the task of a workflow, in words. */
  readonly about: string
  readonly words: string
  readonly detail: string | null
  /** Measured value, in the unit of the condition. */
  readonly value: number | null
  readonly limit: number | null
}

/** A kind of condition: its settings, and how its findings are queried. */
export interface ConditionKind<Condition> {
  readonly schema: z.ZodType<Condition> & z.core.$ZodTypeDiscriminable
  /** Names of its settings, for messages. */
  readonly keys: readonly string[]
  /** Text for a recovery. */
  readonly recovery: string
  /** Whether a rule must name a workflow. */
  readonly needsWorkflow: boolean
  find(condition: Condition, question: Question): Promise<Finding[]>
}
