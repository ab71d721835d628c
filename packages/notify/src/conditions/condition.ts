import type { ClickHouse } from '@runspan/clickhouse'
import type { z } from 'zod'

/** What a condition is asked. */
export interface Question {
  readonly clickhouse: ClickHouse
  /** Only this workflow; all without one. */
  readonly workflow: string | undefined
  /** What happened before was looked at already. */
  readonly from: Date
  readonly now: Date
  /** Subjects that were found before and hold still: those are looked at again, however old. */
  readonly open: readonly string[]
}

/** Something that meets a condition. */
export interface Finding {
  /** Identifies it among the findings of its rule: it is told of once. */
  readonly subject: string
  /** Whether it holds on, until a later evaluation does not find it so: then it has recovered. False for what happened and is over. */
  readonly ongoing: boolean
  readonly workflow: string
  readonly runId: string | null
  readonly nodeId: string | null
  /** What it is about, in words: a workflow, or a task of one. */
  readonly about: string
  readonly words: string
  readonly detail: string | null
  /** What was measured and what was allowed, in the unit of the condition. */
  readonly value: number | null
  readonly limit: number | null
}

/** A kind of condition: what it is configured with, and how it is found. */
export interface ConditionKind<Condition> {
  readonly schema: z.ZodType<Condition> & z.core.$ZodTypeDiscriminable
  /** Names of its settings, for messages. */
  readonly keys: readonly string[]
  /** What is said when it does not hold any more. */
  readonly recovery: string
  /** Whether a rule must name a workflow. */
  readonly needsWorkflow: boolean
  find(condition: Condition, question: Question): Promise<Finding[]>
}
