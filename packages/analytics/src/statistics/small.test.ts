import fc from 'fast-check'
import { expect, test } from 'vitest'

import { comparedInTime } from './compared-in-time.ts'
import { groupBy } from './group-by.ts'
import { covered, mostAtOnce, union } from './intervals.ts'
import { timesUsual } from './times-usual.ts'

const span = fc.record({ from: fc.integer({ min: 0, max: 30 }), to: fc.integer({ min: 0, max: 30 }) })

test('covered time and maximum concurrency, compared with a count second by second', () => {
  fc.assert(
    fc.property(fc.array(span, { maxLength: 8 }), (spans) => {
      const seconds = Array.from({ length: 30 }, (_, i) => spans.filter(({ from, to }) => from <= i && i < to).length)
      expect(covered(spans)).toBe(seconds.filter((count) => count > 0).length)
      expect(mostAtOnce(spans)).toBe(Math.max(0, ...seconds))
      const joined = union(spans)
      expect(joined.every(({ from, to }, i) => to > from && (i === 0 || from > joined[i - 1]!.to))).toBe(true)
    }),
  )
})

test('stretches that touch are one, and none of no length is left', () => {
  expect(
    union([
      { from: 5, to: 7 },
      { from: 1, to: 5 },
      { from: 2, to: 3 },
      { from: 9, to: 9 },
      { from: 8, to: 6 },
    ]),
  ).toEqual([{ from: 1, to: 7 }])
})

test('only the first and the last completed run are compared in time', () => {
  expect(comparedInTime(['failed', 'completed', 'running', 'completed', 'lost'])).toEqual({ first: 1, last: 3 })
  expect([comparedInTime(['completed', 'failed']), comparedInTime([]), comparedInTime(['failed'])]).toEqual([
    null,
    null,
    null,
  ])
})

test('times usual: of runs that ended, and where something is usual', () => {
  const usual = { medianSeconds: 4 }
  expect(timesUsual({ status: 'completed', durationSeconds: 6 }, usual)).toBe(1.5)
  expect(timesUsual({ status: 'failed', durationSeconds: 6 }, usual)).toBe(1.5)
  expect(timesUsual({ status: 'running', durationSeconds: 6 }, usual)).toBeNull()
  expect(timesUsual({ status: 'lost', durationSeconds: 6 }, usual)).toBeNull()
  expect(timesUsual({ status: 'completed', durationSeconds: 6 }, null)).toBeNull()
  expect(timesUsual({ status: 'completed', durationSeconds: 6 }, { medianSeconds: 0 })).toBeNull()
})

test('groups keep the order of their items', () => {
  expect([...groupBy([3, 1, 4, 1, 5], (value) => value % 2)]).toEqual([
    [1, [3, 1, 1, 5]],
    [0, [4]],
  ])
})
