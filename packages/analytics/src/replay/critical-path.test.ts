import { describe, expect, test } from 'vitest'

import { criticalPath, type PathTask } from './critical-path.ts'
import { replayOf } from './simulate.ts'

const task = (nodeId: string, start: number, end: number, more: Partial<PathTask> = {}): PathTask => ({
  taskId: nodeId,
  nodeId,
  attempt: 1,
  start,
  end,
  dependencies: [],
  ...more,
})
const steps = (tasks: readonly PathTask[], end: number): [string, number, number][] =>
  criticalPath(tasks, 0, end).steps.map(({ nodeId, selfSeconds, waitSeconds }) => [nodeId, selfSeconds, waitSeconds])

describe('tasks inside a task', () => {
  test('take their part of its time, level by level', () => {
    const tasks = [
      task('a', 0, 10),
      task('a.1', 2, 5, { parentTaskId: 'a' }),
      task('a.2', 5, 9, { parentTaskId: 'a' }),
      task('a.2.x', 6, 7, { parentTaskId: 'a.2' }),
      task('b', 11, 12, { dependencies: ['a'] }),
    ]
    expect(steps(tasks, 12)).toEqual([
      ['a', 3, 0],
      ['a.1', 3, 0],
      ['a.2', 3, 0],
      ['a.2.x', 1, 0],
      ['b', 1, 1],
    ])
  })

  test('are cut where they reach beyond it, and one that ends last does not hide what led there', () => {
    const tasks = [
      task('a', 0, 4),
      task('b', 4, 8, { dependencies: ['a'] }),
      task('late', 6, 20, { parentTaskId: 'b' }),
      task('outside', 30, 40, { parentTaskId: 'b' }),
    ]
    expect(steps(tasks, 8)).toEqual([
      ['a', 4, 0],
      ['b', 2, 0],
      ['late', 2, 0],
    ])
  })

  test('that name each other as parents hang nothing', () => {
    const tasks = [task('a', 0, 4, { parentTaskId: 'b' }), task('b', 1, 3, { parentTaskId: 'a' })]
    expect(steps(tasks, 4).length).toBeGreaterThan(0)
  })
})

test('a skipped task is a link of no length', () => {
  const tasks = [
    task('a', 0, 4),
    task('maybe', 4, 4, { dependencies: ['a'], skipped: true }),
    task('b', 5, 6, { dependencies: ['maybe'] }),
  ]
  expect(steps(tasks, 6)).toEqual([
    ['a', 4, 0],
    ['b', 1, 1],
  ])
})

test('a retry comes after the attempt before, or where that is missing after what it depends on', () => {
  const again = { attempt: 2, taskId: 'b2', dependencies: ['a'] }
  const tasks = [task('a', 0, 1), task('b', 1, 3, { dependencies: ['a'] }), task('b', 4, 5, again)]
  expect(steps(tasks, 5)).toEqual([
    ['a', 1, 0],
    ['b', 2, 0],
    ['b', 1, 1],
  ])
  expect(steps([tasks[0]!, tasks[2]!], 5)).toEqual([
    ['a', 1, 0],
    ['b', 1, 3],
  ])
})

test('clocks that disagree: waits of 0, and the difference told', () => {
  const path = criticalPath([task('a', 0, 4), task('b', 3, 6, { dependencies: ['a'] })], 0, 5)
  expect(path).toMatchObject({ tailSeconds: 0, skewSeconds: 2 })
})

test('a task that ends a millisecond after a start counts as ended by it, whatever the origin of times', () => {
  const tasks = [task('a', 0.362, 1.453), task('b', 0.317, 1.135), task('c', 1.452, 1.901)]
  for (const origin of [0, 0.317, 1000.1, -7.3]) {
    const shifted = tasks.map((it) => ({ ...it, start: it.start - origin, end: it.end - origin }))
    const { steps: path } = criticalPath(shifted, 0.317 - origin, 1.901 - origin)
    expect(path.map(({ nodeId }) => nodeId)).toEqual(['a', 'c'])
    const { nodes, predecessors } = replayOf(shifted, 0.317 - origin)
    expect(predecessors[nodes.indexOf('c')]).toEqual([nodes.indexOf('a')])
  }
})

describe('where only some tasks declare what they wait for', () => {
  const chain = (declared: Record<string, string[]>): PathTask[] =>
    ['a', 'b', 'c', 'd'].map((nodeId, i) => task(nodeId, i * 10, i * 10 + 9, { dependencies: declared[nodeId] ?? [] }))
  const walked = [
    ['a', 9, 0],
    ['b', 9, 1],
    ['c', 9, 1],
    ['d', 9, 1],
  ]

  test.each([
    [{ b: ['a'] }, 'mixed'],
    [{ d: ['c'] }, 'mixed'],
    [{ c: ['b'] }, 'mixed'],
    [{ d: ['of another run'] }, 'time'],
    [{ b: ['a'], c: ['b'], d: ['c'] }, 'dependencies'],
  ])('%j: the others follow the times, and are not waited for', (declared, method) => {
    const path = criticalPath(chain(declared), 0, 39)
    expect(path.method).toBe(method)
    expect(steps(chain(declared), 39)).toEqual(walked)
    // the replay has the same dependencies
    const { predecessors, waits, inferred } = replayOf(chain(declared), 0)
    expect(predecessors).toEqual([[], [0], [1], [2]])
    expect(waits).toEqual([0, 1, 1, 1])
    expect(inferred).toBe(method !== 'dependencies')
  })

  test('declared dependencies win over times', () => {
    const tasks = [task('a', 0, 5), task('b', 0, 8), task('c', 9, 10, { dependencies: ['a'] }), task('d', 10, 12)]
    expect(steps(tasks, 12)).toEqual([
      ['a', 5, 0],
      ['c', 1, 4],
      ['d', 2, 0],
    ])
  })

  test('where all tasks declare, one that waits for none waits for none', () => {
    const tasks = [
      task('a', 0, 5),
      task('b', 5, 6, { dependencies: ['a'] }),
      task('c', 7, 8),
      task('d', 8, 9, { dependencies: ['c'] }),
    ]
    expect(steps(tasks, 9)).toEqual([
      ['c', 1, 7],
      ['d', 1, 0],
    ])
  })
})
