import { expect, test } from 'vitest'

import { highestLevels, ratesOf } from './trend-grid.ts'

const grid = { begin: 100, interval: 2, steps: 4 }

test('the highest level that reaches into a step; none where nothing was measured', () => {
  const levels = highestLevels(grid, [
    { from: 99, to: 103, value: 5 },
    { from: 102, to: 104, value: 7 },
    { from: 107, to: 120, value: 1 },
  ])
  expect(levels).toEqual([5, 7, null, 1])
})

test('rates of tasks that run at once add up, by the part of the step in which they run', () => {
  const tasks = [
    { from: 100, to: 102, value: 1 },
    { from: 101, to: 104, value: 2 },
  ]
  expect(ratesOf(grid, { samples: [], tasks })).toEqual([2, 2, null, null])
})

test('in steps longer than a sample the samples answer, tasks where there is none', () => {
  const samples = [
    { from: 100, to: 101, value: 4 },
    { from: 101, to: 102, value: 8 },
    { from: 102, to: 103, value: 3 },
  ]
  expect(ratesOf(grid, { samples, tasks: [{ from: 100, to: 106, value: 1 }] })).toEqual([6, 3, 1, null])
})

test('in steps shorter than a sample tasks say where their use was; the rest lies where none ran', () => {
  // the process used 10 a second for 8 s, 80; a task 20 a second for 2 s of it, 40: 40 remain for 6 s
  const samples = [{ from: 100, to: 108, value: 10 }]
  const rates = ratesOf(grid, { samples, tasks: [{ from: 102, to: 104, value: 20 }] })
  expect(rates[1]).toBe(20)
  for (const i of [0, 2, 3]) expect(rates[i]).toBeCloseTo(40 / 6, 9)
  // tasks with more use than the whole process leave nothing
  expect(ratesOf(grid, { samples, tasks: [{ from: 102, to: 104, value: 90 }] })).toEqual([0, 90, 0, 0])
})

test('a sample is long from one and a half steps on', () => {
  const task = { from: 100, to: 102, value: 1 }
  const of = (length: number) => ratesOf(grid, { samples: [{ from: 100, to: 100 + length, value: 5 }], tasks: [task] })
  expect(of(3)[0]).toBe(5)
  expect(of(3.1)[0]).toBe(1)
})

test('stretches outside the grid do not count', () => {
  expect(
    highestLevels(grid, [
      { from: 90, to: 100, value: 1 },
      { from: 108, to: 109, value: 1 },
    ]),
  ).toEqual([null, null, null, null])
})
