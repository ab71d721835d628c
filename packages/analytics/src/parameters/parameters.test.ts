import { expect, test } from 'vitest'

import { checkLimit } from './check-limit.ts'
import { formatCursor, parseCursor } from './cursor.ts'
import { checkTimeZone } from './time-zone.ts'

test('a limit is a whole number from 1 to 1000', () => {
  expect([checkLimit(undefined, 20), checkLimit(1, 20), checkLimit(1000, 20)]).toEqual([20, 1, 1000])
  for (const limit of [0, 1001, 1.5, -1, Number.NaN])
    expect(() => checkLimit(limit, 20)).toThrow(/INVALID_LIMIT|whole number/)
})

test('a cursor says again what it was made of', () => {
  expect(parseCursor(formatCursor('17', 'a "run" – ü'))).toEqual({ position: '17', after: 'a "run" – ü' })
  expect(parseCursor(undefined)).toEqual({ position: '', after: '' })
  const encoded = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url')
  for (const text of ['', 'nonsense', encoded({}), encoded(['1']), encoded([1, 'a']), encoded(['1', 2])])
    expect(() => parseCursor(text)).toThrow(expect.objectContaining({ code: 'INVALID_CURSOR' }))
})

test('a time zone has a name', () => {
  expect([checkTimeZone(undefined), checkTimeZone('Europe/Berlin')]).toEqual(['UTC', 'Europe/Berlin'])
  for (const zone of ['+02:00', 'Nowhere/Land', ''])
    expect(() => checkTimeZone(zone)).toThrow(expect.objectContaining({ code: 'INVALID_TIME_ZONE' }))
})
