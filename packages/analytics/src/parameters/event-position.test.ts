import { expect, test } from 'vitest'

import { formatPosition, parsePosition } from './event-position.ts'

test.each([
  '7.3',
  '0.-1',
  '12.9007199254740991',
  '7.3-9.0-2',
  '1:7.3,2:0.-1',
  '1:7.3,2:8.0-1:9.1,2:8.4-17',
  '0.-1-5.2-1',
])('a position is read as it was written: %s', (text) => {
  expect(formatPosition(parsePosition(text))).toBe(text)
})

test('shards are in order, a server without a cluster has no number', () => {
  const place = new Map([
    [2, { block: 5, offset: 1 }],
    [1, { block: 4, offset: 0 }],
  ])
  expect(formatPosition({ place, told: 0 })).toBe('1:4.0,2:5.1')
  expect(parsePosition('7.3')).toEqual({ place: new Map([[0, { block: 7, offset: 3 }]]), told: 0 })
})

test.each(['', '7', '7.3-2', '7.3-9.0', 'a.b', '1:2', '1:7.3,', '-7.3', '7.3-9.0-2-1', '99999999999999999.1', '7.3\n'])(
  'what is no position is refused: %j',
  (text) => {
    expect(() => parsePosition(text)).toThrow(expect.objectContaining({ code: 'INVALID_POSITION' }))
  },
)
