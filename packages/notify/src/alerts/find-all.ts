import { type ClickHouse, ClickHouseError } from '@runspan/clickhouse'

import type { Finding } from '../conditions/condition.ts'
import { findingsOf } from '../conditions/index.ts'
import type { AlertRule } from './rule.ts'
import type { RuleState } from './state.ts'

/** A rule with its stored state, and the start of its search. */
export interface Watched {
  readonly rule: AlertRule
  readonly state: RuleState | undefined
  readonly from: Date
}

/** A rule and its findings. */
interface Evaluated extends Watched {
  readonly found: readonly Finding[]
  /** Open subjects that were checked again: those not found now have recovered. */
  readonly asked: readonly string[]
}

/** Current findings by rule, and the rules that could not be evaluated. */
export interface Found {
  readonly findings: readonly Evaluated[]
  readonly problems: readonly { readonly rule: string; readonly message: string }[]
}

/** Maximum open findings that are checked again. */
const MOST_OPEN = 1000

/**
 * Evaluates all rules, one after another. Throws `ClickHouseError` `UNREACHABLE`: without the server no rule can be
 * evaluated.
 */
export async function findAll(clickhouse: ClickHouse, watched: readonly Watched[], now: Date): Promise<Found> {
  const findings: Evaluated[] = []
  const problems: { rule: string; message: string }[] = []
  for (const one of watched) {
    const { rule, state, from } = one
    const ongoing = (state?.entries ?? []).filter((entry) => entry.ongoing).map(({ subject }) => subject)
    const asked = ongoing.slice(-MOST_OPEN)
    const question = { clickhouse, workflow: rule.workflow, from, now, open: asked }
    try {
      findings.push({ ...one, asked, found: await findingsOf(rule.condition.type, rule.condition, question) })
    } catch (error) {
      if (!(error instanceof ClickHouseError) || error.code === 'UNREACHABLE') throw error
      problems.push({ rule: rule.name, message: error.message })
    }
  }
  return { findings, problems }
}
