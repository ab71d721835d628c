import { createHash } from 'node:crypto'

import { oneLine } from '@runspan/story'

import { CONDITIONS } from '../conditions/index.ts'
import type { AlertRule } from './rule.ts'
import type { Entry, Notice } from './state.ts'
import type { Transition } from './transitions.ts'

/**
 * Maximum notices of a rule in one evaluation. More become one: a cold start or a broken database must not flood anybody.
 */
const MOST_NOTICES = 20
const MOST_TEXT = 2000

/** Returns the notices for an evaluation of a rule. */
export function noticesOf(rule: AlertRule, { fired, recovered }: Transition, now: Date): Notice[] {
  const more = fired.length - MOST_NOTICES
  return [
    ...fired.slice(0, MOST_NOTICES).map(({ entry, finding }) => notice(rule, 'alert.fired', entry, now, finding)),
    ...(more > 0 ? [summary(rule, fired[MOST_NOTICES]!.entry, more, now)] : []),
    ...recovered.slice(0, MOST_NOTICES).map((entry) => notice(rule, 'alert.resolved', entry, now, recovery(rule))),
  ]
}

/** Returns the notice for a test of a rule's targets. */
export function testNotice(rule: AlertRule, now: Date): Notice {
  const entry = { ...nothing('Runspan', now), words: `tries the alert "${rule.name}"` }
  return notice(rule, 'alert.test', entry, now, {})
}

function recovery(rule: AlertRule): { words: string } {
  return { words: CONDITIONS[rule.condition.type].recovery }
}

function summary(rule: AlertRule, entry: Entry, count: number, now: Date): Notice {
  const about = rule.workflow ?? 'Runspan'
  const words = `has ${count} more findings of "${rule.name}" from the same evaluation; \`runspan alerts evaluate --json\` lists all current findings`
  return notice(rule, 'alert.fired', { ...nothing(about, now), subject: `more ${entry.subject}`, words }, now, {})
}

function nothing(about: string, now: Date): Entry {
  const time = now.toISOString()
  return {
    subject: `test ${time}`,
    firedAt: time,
    seenAt: time,
    ongoing: false,
    told: true,
    workflow: about,
    runId: null,
    nodeId: null,
    about,
    words: '',
  }
}

function notice(
  rule: AlertRule,
  type: Notice['type'],
  entry: Entry,
  now: Date,
  said: {
    readonly words?: string
    readonly detail?: string | null
    readonly value?: number | null
    readonly limit?: number | null
  },
): Notice {
  const about = oneLine(entry.about, 300)
  const words = oneLine(said.words ?? entry.words, MOST_TEXT)
  const detail = said.detail === undefined || said.detail === null ? null : oneLine(said.detail, MOST_TEXT)
  return {
    id: createHash('sha256')
      .update(JSON.stringify([rule.name, entry.subject, entry.firedAt, type]))
      .digest('hex'),
    type,
    time: now.toISOString(),
    rule: rule.name,
    severity: rule.severity ?? 'warning',
    condition: rule.condition.type,
    workflow: oneLine(entry.workflow, 300),
    runId: entry.runId === null ? null : oneLine(entry.runId, 300),
    nodeId: entry.nodeId === null ? null : oneLine(entry.nodeId, 300),
    message: `${about} ${words}${detail === null ? '' : `: ${detail}`}`,
    about,
    words,
    detail,
    value: said.value ?? null,
    limit: said.limit ?? null,
    firedAt: entry.firedAt,
  }
}
