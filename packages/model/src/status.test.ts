import { expect, test } from 'vitest'

import { canRunBecome, canTaskBecome, isTerminal, STATUSES } from './index.ts'

test('nothing follows a terminal status', () => {
  for (const from of STATUSES.filter(isTerminal)) {
    for (const to of STATUSES) {
      expect(canTaskBecome(from, to), `${from} to ${to}`).toBe(false)
      if (from !== 'skipped' && to !== 'skipped') expect(canRunBecome(from, to)).toBe(false)
    }
  }
})

test('only a task that has not begun can be skipped', () => {
  expect(canTaskBecome('pending', 'skipped')).toBe(true)
  expect(canTaskBecome('running', 'skipped')).toBe(false)
})

test('nobody declares a run of their own lost', () => {
  expect(canRunBecome('running', 'lost')).toBe(false)
})
