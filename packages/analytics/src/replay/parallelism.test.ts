import fc from 'fast-check'
import { expect, test } from 'vitest'

import { mostAtOnce } from '../statistics/intervals.ts'
import { parallelism } from './parallelism.ts'

/** Tasks between two times, as shares of the time between them. */
const within = (from: number, to: number): fc.Arbitrary<{ from: number; to: number }[]> => {
  const share = fc.double({ min: 0, max: 1, noNaN: true })
  const at = (part: number): number => from + part * (to - from)
  const pair = fc.tuple(share, share).map(([a, b]) => ({ from: at(Math.min(a, b)), to: at(Math.max(a, b)) }))
  return fc.array(pair, { maxLength: 12 })
}

test('the average is never above the peak, wherever clocks put the tasks', () => {
  fc.assert(
    fc.property(within(-1000, 1000), fc.double({ min: 0, max: 1000, noNaN: true }), (list, seconds) => {
      const { average, peak } = parallelism(seconds, list)
      expect(peak).toBe(mostAtOnce(list))
      expect(average ?? 0).toBeLessThanOrEqual(peak)
      expect(average === null).toBe(seconds === 0)
    }),
  )
})

test('where clocks agree it is work by duration', () => {
  fc.assert(
    fc.property(within(0, 100), (list) => {
      const { average, workSeconds } = parallelism(100, list)
      expect(average).toBeCloseTo(workSeconds / 100, 9)
    }),
  )
})

test('tasks of a host whose clock is an hour late do not run more at once than there are', () => {
  expect(
    parallelism(10, [
      { from: 0, to: 10 },
      { from: 3600, to: 3610 },
    ]),
  ).toEqual({
    workSeconds: 20,
    peak: 1,
    average: 20 / 3610,
  })
})
