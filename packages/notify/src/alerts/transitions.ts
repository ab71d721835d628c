import type { Finding } from '../conditions/condition.ts'
import type { Entry, RuleState } from './state.ts'

const DAY_MS = 86_400_000
/** What is over is remembered so long after it was last found, so that it is not told of again. */
const REMEMBERED_MS = 7 * DAY_MS
/** Nobody waits longer for a recovery. */
const LONGEST_ONGOING_MS = 30 * DAY_MS
const MOST_ENTRIES = 10_000

/** What an evaluation changed. */
export interface Transition {
  readonly entries: readonly Entry[]
  readonly saidAt: RuleState['saidAt']
  /** Found for the first time and to be told of; the rest of them kept quiet by the cooldown. */
  readonly fired: readonly { readonly entry: Entry; readonly finding: Finding }[]
  /** Told of before, and it does not hold any more. */
  readonly recovered: readonly Entry[]
}

/** Compares what is found now with what was: pure, so that the same findings change nothing twice. */
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
      // a time to come was written before the clock was set back: it keeps nobody quiet
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
      // what is found no more may come again and is then told of again; what is over is remembered
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
