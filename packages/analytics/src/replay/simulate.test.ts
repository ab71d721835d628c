import fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import { faster, listSchedule, replayed, replayOf, scheduled } from './simulate.ts'

interface Item {
  readonly after: readonly number[]
  readonly duration: number
  readonly pause: number
}

/** Items that wait for earlier items. */
const items: fc.Arbitrary<Item[]> = fc
  .array(
    fc.record({
      after: fc.array(fc.nat(20), { maxLength: 3 }),
      duration: fc.integer({ min: 1, max: 30 }),
      pause: fc.integer({ min: 0, max: 3 }),
    }),
    { minLength: 1, maxLength: 12 },
  )
  .map((list) => list.map((item, i) => ({ ...item, after: [...new Set(item.after.filter((j) => j < i))] })))

/** Simulates tick by tick: a finished item frees its worker, and the item that is ready longest starts. */
function tickByTick(list: readonly Item[], workers: number): number {
  const starts: number[] = []
  const ends: number[] = []
  for (let time = 0; ; time++) {
    for (const [i, { duration }] of list.entries()) {
      if (starts[i] !== undefined && ends[i] === undefined && starts[i] + duration === time) ends[i] = time
    }
    if (list.every((_, i) => ends[i] !== undefined)) return Math.max(...ends)
    const readyAt = ({ after, pause }: Item): number => Math.max(0, ...after.map((j) => ends[j] ?? Infinity)) + pause
    const waiting = list
      .map((item, i) => ({ i, at: readyAt(item) }))
      .filter(({ i, at }) => starts[i] === undefined && at <= time)
      .toSorted((a, b) => a.at - b.at || a.i - b.i)
    const running = list.filter((_, i) => starts[i] !== undefined && ends[i] === undefined).length
    for (const { i } of waiting.slice(0, workers - running)) starts[i] = time
  }
}

const schedule = (list: readonly Item[], workers: number): number =>
  listSchedule(
    list.map(({ after }) => after),
    list.map(({ duration }) => duration),
    list.map(({ pause }) => pause),
    workers,
  )

describe('list scheduling', () => {
  test('equals a simulation tick by tick', () => {
    fc.assert(
      fc.property(items, fc.integer({ min: 1, max: 5 }), (list, workers) => {
        expect(schedule(list, workers)).toBe(tickByTick(list, workers))
      }),
      { numRuns: 1000 },
    )
  })

  test('Graham’s anomaly: everything a unit faster, and the whole takes longer', () => {
    // Graham 1966, figure 5: nine tasks on three workers
    const graham = [3, 2, 2, 2, 4, 4, 4, 4, 9].map((duration, i) => ({
      duration,
      after: i >= 4 && i < 8 ? [3] : i === 8 ? [0] : [],
      pause: 0,
    }))
    expect(schedule(graham, 3)).toBe(12)
    expect(
      schedule(
        graham.map((item) => ({ ...item, duration: item.duration - 1 })),
        3,
      ),
    ).toBe(13)
  })

  test('with as many workers as tasks it is the longest chain', () => {
    fc.assert(
      fc.property(items, (list) => {
        const ends: number[] = []
        for (const { after, duration, pause } of list)
          ends.push(Math.max(0, ...after.map((j) => ends[j]!)) + pause + duration)
        expect(schedule(list, list.length)).toBe(Math.max(...ends))
      }),
    )
  })
})

test('a run is replayed exactly, with clocks that disagree', () => {
  const task = fc.record({
    nodeId: fc.constantFrom('a', 'b', 'c', 'd'),
    attempt: fc.integer({ min: 1, max: 3 }),
    start: fc.integer({ min: 0, max: 1000 }),
    length: fc.integer({ min: 0, max: 500 }),
    dependencies: fc.array(fc.constantFrom('a', 'b', 'c', 'd', 'nowhere'), { maxLength: 2 }),
  })
  fc.assert(
    fc.property(fc.array(task, { minLength: 1, maxLength: 20 }), (list) => {
      const tasks = list.map((item, i) => ({ ...item, taskId: String(i), end: item.start + item.length }))
      const replay = replayOf(tasks, 0)
      expect(replayed(replay, replay.durations)).toBeCloseTo(Math.max(...tasks.map(({ end }) => end)), 6)
      expect(replayed(replay, faster(replay, 'a', Infinity))).toBeLessThanOrEqual(
        replayed(replay, faster(replay, 'a', 2)) + 1e-9,
      )
      expect(scheduled(replay, replay.durations, 1)).toBeGreaterThanOrEqual(
        list.reduce((sum, { length }) => sum + length, 0) - 1e-6,
      )
    }),
  )
})
