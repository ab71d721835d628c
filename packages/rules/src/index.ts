export { attribute, secondsAsNanoseconds } from './expressions.ts'
export type { Rule, RunRule, TaskOutcome, TaskRule } from './rule.ts'
export { RULES } from './rules.ts'
export { SAMPLE_WEIGHT } from './sample-weight.ts'
