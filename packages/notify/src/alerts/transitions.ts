import type { Finding } from '../conditions/condition.ts'
import type { Entry, RuleState } from './state.ts'

const DAY_MS = 86_400_000
/** Milliseconds that an ended finding is remembered after it was last found, so that it is not notified again. */
const REMEMBERED_MS = 7 * DAY_MS
/** Maximum milliseconds that an open finding waits for its recovery. */
const LONGEST_ONGOING_MS = 30 * DAY_MS
const MOST_ENTRIES = 10_000

/** Changes of an evaluation. */
export interface Transition {
  readonly entries: readonly Entry[]
  readonly saidAt: RuleState['saidAt']
  /** New findings to notify; the cooldown suppressed the others. */
  readonly fired: readonly { readonly entry: Entry; readonly finding: Finding }[]
  /** Findings that were notified before and whose condition is no longer met. */
  readonly recovered: readonly Entry[]
}

/** Compares current findings with stored ones. It is pure, so the same findings change nothing twice. */
export function transition(
  before: Pick<RuleState, 'entries' | 'saidAt'>,
  { found: findings, asked }: { readonly found: readonly Finding[]; readonly asked: readonly string[] },
  now: Date,
  cooldownSeconds: number,
): Transition {
  const time = now.toISOString()
  const wasAsked = new Set(asked)
  const found = new Map(findings.map((finding) => [finding.subject, finding]))
  const saidAt = new Map(
    before.saidAt.filter(([, said]) => {
      const ageMs = now.getTime() - Date.parse(said)
      // a future time was written before the clock was set back: it suppresses nothing
      return ageMs >= 0 && ageMs < cooldownSeconds * 1000
    }),
  )
  const entries: Entry[] = []
  const recovered: Entry[] = []
  const known = new Set<string>()
  for (const entry of before.entries) {
    const finding = found.get(entry.subject)
    const isKnown = finding !== undefined || wasAsked.has(entry.subject)
    if (entry.ongoing && isKnown && finding?.ongoing !== true) {
      if (entry.told) recovered.push(entry)
      // an ongoing finding that recovered may be notified again later; an ended one is remembered
      if (finding === undefined) continue
    }
    known.add(entry.subject)
    const kept: Entry = finding === undefined ? entry : { ...entry, ongoing: finding.ongoing, seenAt: time }
    const age = now.getTime() - Date.parse(kept.ongoing ? kept.firedAt : kept.seenAt)
    if (age < (kept.ongoing ? LONGEST_ONGOING_MS : REMEMBERED_MS)) entries.push(kept)
  }
  const fired: { entry: Entry; finding: Finding }[] = []
  for (const finding of found.values()) {
    if (known.has(finding.subject)) continue
    const { subject, ongoing, workflow, runId, nodeId, about, words } = finding
    const key = JSON.stringify([workflow, nodeId])
    const told = !saidAt.has(key)
    const entry = { subject, firedAt: time, seenAt: time, ongoing, told, workflow, runId, nodeId, about, words }
    entries.push(entry)
    if (!told) continue
    if (cooldownSeconds > 0) saidAt.set(key, time)
    fired.push({ entry, finding })
  }
  return { entries: entries.slice(-MOST_ENTRIES), saidAt: [...saidAt], fired, recovered }
}
