import { z } from 'zod'

import { type Condition, CONDITIONS, type ConditionType } from '../conditions/index.ts'
import { withLengths } from './lengths.ts'

/** An alert rule: a condition, and the targets to notify. */
export interface AlertRule {
  /** Name, unique among the rules. */
  readonly name: string
  /** Only runs of this workflow; without it, all. */
  readonly workflow?: string | undefined
  readonly condition: Condition
  /** Names of targets. */
  readonly targets: readonly string[]
  /** Default `warning`. */
  readonly severity?: 'info' | 'warning' | 'critical' | undefined
  /** Seconds after a notice about a workflow (or task) in which this rule sends no other about it. Default 0. */
  readonly cooldownSeconds?: number | undefined
}

/** Names of all conditions. */
export const CONDITION_TYPES: readonly ConditionType[] = Object.keys(CONDITIONS) as ConditionType[]

const [firstSchema, ...otherSchemas] = Object.values(CONDITIONS).map(({ schema }) => schema)

const conditionSchema: z.ZodType<Condition> = z.discriminatedUnion('type', [firstSchema!, ...otherSchemas], {
  error: ({ code }) => (code === 'invalid_union' ? `must be one of ${CONDITION_TYPES.join(', ')}` : undefined),
})

/** Schema of names that are easy to type and to print. */
export const nameSchema: z.ZodType<string> = z
  .string()
  .regex(/^[\p{L}\p{N}][\p{L}\p{N} ._:/-]{0,99}$/u, 'must be 1 to 100 letters, digits, blanks and any of . _ : / -')

const ruleShape = z.strictObject({
  name: nameSchema,
  workflow: z.string().min(1).max(1000).optional(),
  condition: withLengths(conditionSchema),
  targets: z.array(nameSchema).min(1).max(20),
  severity: z.enum(['info', 'warning', 'critical']).optional(),
  cooldownSeconds: z.number().min(0).optional(),
})

/** Names of a rule's settings, for messages. */
export const RULE_KEYS: readonly string[] = Object.keys(ruleShape.shape)

const ruleSchema: z.ZodType<AlertRule> = withLengths(
  ruleShape.superRefine(({ workflow, condition }, context) => {
    if (CONDITIONS[condition.type].needsWorkflow && workflow === undefined)
      context.addIssue({ code: 'custom', path: ['workflow'], message: `is needed for ${condition.type}` })
  }),
)

/** Schema of rules with unique names: `alerts` in a configuration. */
export const alertsSchema: z.ZodType<readonly AlertRule[]> = z
  .array(ruleSchema)
  .max(1000)
  .superRefine((rules, context) => {
    const names = new Set<string>()
    for (const [i, { name }] of rules.entries()) {
      if (names.has(name)) context.addIssue({ code: 'custom', path: [i, 'name'], message: 'is used by another rule' })
      names.add(name)
    }
  })
