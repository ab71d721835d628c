import { expect, test } from 'vitest'

import { canRunBecome, canTaskBecome, HEARTBEAT_SECONDS, isTerminal, STATUS_NUMBER, STATUSES } from './index.ts'

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

test('a program cannot mark its own run as lost', () => {
  expect(canRunBecome('running', 'lost')).toBe(false)
})

test('statuses have the numbers that stand in the tables: of two records of one time the greater counts', () => {
  expect(STATUS_NUMBER).toEqual({ pending: 0, running: 1, lost: 2, completed: 3, skipped: 4, cancelled: 5, failed: 6 })
  expect(STATUSES.map((status) => STATUS_NUMBER[status])).toEqual([0, 1, 2, 3, 4, 5, 6])
})

test('a run says every 30 s that it lives', () => {
  expect(HEARTBEAT_SECONDS).toBe(30)
})
