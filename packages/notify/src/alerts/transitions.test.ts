import fc from 'fast-check'
import { expect, test } from 'vitest'

import type { Finding } from '../conditions/condition.ts'
import type { RuleState } from './state.ts'
import { type Transition, transition as compare } from './transitions.ts'

const finding = (subject: string, ongoing: boolean): Finding => ({
  subject,
  ongoing,
  workflow: 'w',
  runId: subject,
  nodeId: null,
  about: 'w',
  words: 'failed',
  detail: null,
  value: null,
  limit: null,
})

/** Same as an evaluation that checks all open findings. */
const transition = (
  before: Pick<RuleState, 'entries' | 'saidAt'>,
  found: readonly Finding[],
  now: Date,
  cooldownSeconds: number,
): Transition => compare(before, { found, asked: before.entries.map(({ subject }) => subject) }, now, cooldownSeconds)

const NOTHING: Pick<RuleState, 'entries' | 'saidAt'> = { entries: [], saidAt: [] }
const at = (minute: number): Date => new Date(Date.parse('2026-11-24T00:00:00Z') + minute * 60_000)

/** State of each subject, minute by minute: not found, over, or ongoing. */
const histories = fc.array(fc.dictionary(fc.constantFrom('a', 'b', 'c'), fc.boolean()), { maxLength: 30 })

test('a finding is notified once until it recovers, and recovers only after it was notified', () => {
  fc.assert(
    fc.property(histories, (minutes) => {
      let state = NOTHING
      const holds = new Set<string>()
      for (const [minute, found] of minutes.entries()) {
        const { entries, saidAt, fired, recovered } = transition(
          state,
          Object.entries(found).map(([subject, ongoing]) => finding(subject, ongoing)),
          at(minute),
          0,
        )
        for (const { subject } of recovered) expect(holds.delete(subject), 'recovered what held').toBe(true)
        for (const { entry } of fired) {
          expect(holds.has(entry.subject), 'told of what was told of').toBe(false)
          if (entry.ongoing) holds.add(entry.subject)
        }
        const before = new Map(state.entries.map((entry) => [entry.subject, entry]))
        for (const [subject, ongoing] of Object.entries(found))
          if (ongoing && before.get(subject)?.ongoing === false) holds.add(subject)
        expect(new Set(entries.filter(({ ongoing }) => ongoing).map(({ subject }) => subject))).toEqual(holds)
        state = { entries, saidAt }
      }
    }),
  )
})

test('the same findings again change nothing', () => {
  const findings = [finding('a', true), finding('b', false)]
  const first = transition(NOTHING, findings, at(0), 0)
  expect(first.fired).toHaveLength(2)
  const second = transition(first, findings, at(1), 0)
  expect([second.fired, second.recovered]).toEqual([[], []])
})

test('an ended finding is remembered for a week; an open one waits at most 30 days for its recovery', () => {
  const first = transition(NOTHING, [finding('over', false), finding('holds', true)], at(0), 0)
  const days = (count: number): Date => at(count * 24 * 60)
  expect(transition(first, [finding('holds', true)], days(6), 0).entries.map(({ subject }) => subject)).toEqual([
    'over',
    'holds',
  ])
  expect(transition(first, [finding('holds', true)], days(8), 0).entries.map(({ subject }) => subject)).toEqual([
    'holds',
  ])
  expect(transition(first, [finding('holds', true)], days(31), 0).entries).toEqual([])
})

test('in the cooldown of its workflow a finding is stored, and neither it nor its recovery is notified', () => {
  const first = transition(NOTHING, [finding('a', true)], at(0), 600)
  const second = transition(first, [finding('a', true), finding('b', true)], at(5), 600)
  expect(second.fired).toEqual([])
  expect(second.entries).toHaveLength(2)
  const third = transition(second, [], at(6), 600)
  expect(third.recovered.map(({ subject }) => subject)).toEqual(['a'])
  expect(transition(third, [finding('c', true)], at(11), 600).fired).toHaveLength(1)
})

test('a cooldown that began in the future, before the clock was set back, suppresses no notice', () => {
  const first = transition(NOTHING, [finding('a', true)], at(120), 600)
  expect(transition(first, [finding('a', true), finding('b', true)], at(1), 600).fired).toHaveLength(1)
})

test('a subject that was not checked has not recovered', () => {
  const first = transition(NOTHING, [finding('a', true), finding('b', true)], at(0), 0)
  const second = compare(first, { found: [], asked: ['b'] }, at(1), 0)
  expect(second.recovered.map(({ subject }) => subject)).toEqual(['b'])
  expect(second.entries.map(({ subject }) => subject)).toEqual(['a'])
})
