import { describe, expect, test } from 'vitest'

import { expectedTimes } from './expected-times.ts'
import { checkTimeZone } from './time-zone.ts'

const times = (at: string, timeZone: string, from: string, to: string): string[] =>
  expectedTimes({ at, timeZone }, new Date(from), new Date(to)).map((time) => new Date(time).toISOString())

describe('a time of day', () => {
  test('that comes twice is due the first time', () => {
    expect(times('02:30', 'Europe/Berlin', '2026-10-24T00:00:00Z', '2026-10-27T00:00:00Z')).toEqual([
      '2026-10-24T00:30:00.000Z',
      '2026-10-25T00:30:00.000Z',
      '2026-10-26T01:30:00.000Z',
    ])
  })

  test('that the clock skips is due an hour later', () => {
    expect(times('02:30', 'Europe/Berlin', '2026-03-28T00:00:00Z', '2026-03-31T00:00:00Z')).toEqual([
      '2026-03-28T01:30:00.000Z',
      '2026-03-29T01:30:00.000Z',
      '2026-03-30T00:30:00.000Z',
    ])
  })

  test('of zones with half hours, and behind UTC', () => {
    expect(times('00:00', 'Asia/Kolkata', '2026-11-20T00:00:00Z', '2026-11-21T00:00:00Z')).toEqual([
      '2026-11-20T18:30:00.000Z',
    ])
    expect(times('23:59', 'America/Los_Angeles', '2026-11-20T00:00:00Z', '2026-11-21T00:00:00Z')).toEqual([
      '2026-11-20T07:59:00.000Z',
    ])
  })
})

test('every so often, from the beginning, the end left out', () => {
  const list = expectedTimes({ everySeconds: 60 }, new Date(0), new Date(180_000))
  expect(list).toEqual([0, 60_000, 120_000])
  expect(expectedTimes({ everySeconds: 60 }, new Date(10), new Date(10))).toEqual([])
})

test.each([
  [{ everySeconds: 0.1 }, 'INVALID_RANGE'],
  [{ at: '24:00' }, 'INVALID_RANGE'],
  [{ at: '06:30', timeZone: 'Mars/Base' }, 'INVALID_TIME_ZONE'],
])('%j is refused', (frequency, code) => {
  expect(() => expectedTimes(frequency as { at: string }, new Date(0), new Date(86_400_000))).toThrow(
    expect.objectContaining({ code }),
  )
})

test('too many times are refused, and so are offsets as time zones', () => {
  expect(() => expectedTimes({ everySeconds: 1 }, new Date(0), new Date(1e9))).toThrow(
    expect.objectContaining({ code: 'INVALID_RANGE' }),
  )
  expect(() => checkTimeZone('+02:00')).toThrow(expect.objectContaining({ code: 'INVALID_TIME_ZONE' }))
})
