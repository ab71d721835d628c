import { expect, test } from 'vitest'

import { canRunBecome, canTaskBecome, isTerminal, STATUSES } from './index.ts'

test('nothing follows a terminal status', () => {
  const ends = STATUSES.filter(isTerminal)
  expect(ends).toEqual(['completed', 'skipped', 'cancelled', 'failed'])
  const followers = ends.flatMap((from) => STATUSES.filter((to) => canTaskBecome(from, to)))
  expect(followers).toEqual([])
  expect(canRunBecome('completed', 'failed')).toBe(false)
})

test('only a task that has not begun can be skipped', () => {
  expect(canTaskBecome('pending', 'skipped')).toBe(true)
  expect(canTaskBecome('running', 'skipped')).toBe(false)
})

test('nobody declares a run of their own lost', () => {
  expect(canRunBecome('running', 'lost')).toBe(false)
})
