import { type ClickHouse, ClickHouseError } from '@runspan/clickhouse'

import type { Finding } from '../conditions/condition.ts'
import { findingsOf } from '../conditions/index.ts'
import type { AlertRule } from './rule.ts'
import type { RuleState } from './state.ts'

/** A rule with what was remembered of it, and where it begins to look. */
export interface Watched {
  readonly rule: AlertRule
  readonly state: RuleState | undefined
  readonly from: Date
}

/** A rule and what meets its condition. */
interface Evaluated extends Watched {
  readonly found: readonly Finding[]
  /** Subjects found before that were asked about: those that are not found now have recovered. */
  readonly asked: readonly string[]
}

/** What holds now, by rule; rules that could not be evaluated apart. */
export interface Found {
  readonly findings: readonly Evaluated[]
  readonly problems: readonly { readonly rule: string; readonly message: string }[]
}

/** Findings from before that are looked at again. */
const MOST_OPEN = 1000

/** Asks for all rules, one after another. Throws `ClickHouseError` `UNREACHABLE`: without the server there is no answer to any. */
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
