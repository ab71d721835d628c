import { expect, test } from 'vitest'

import { baseName, concurrencyOverTime, groups, taskChains } from './task-chains.ts'
import { sinceMidnight, taskRow } from './task-row.fixture.ts'
import { whatFailed } from './what-failed.ts'

const chainsOf = (rows: Parameters<typeof taskChains>[0], path: readonly string[] = []) =>
  taskChains(rows, new Set(path), sinceMidnight)

test('a retry belongs to the attempt before, a first attempt begins a task, in the order of their start', () => {
  const rows = [
    taskRow('load', 9, 2, { attempt: 2 }),
    taskRow('load', 1, 3, { status: 'failed' }),
    taskRow('pack', 2, 1),
    taskRow('load', 20, 5),
    taskRow('late', 30, 1, { attempt: 2 }),
  ]
  expect(
    chainsOf(rows).map(({ nodeId, start, end, status, attempts }) => [nodeId, start, end, status, attempts.length]),
  ).toEqual([
    ['load', 1, 11, 'completed', 2],
    ['pack', 2, 3, 'completed', 1],
    ['load', 20, 25, 'completed', 1],
    ['late', 30, 31, 'completed', 1],
  ])
})

test('attempts that began in the same moment are in the order of their numbers', () => {
  const rows = [taskRow('a', 0, 1, { attempt: 2 }), taskRow('a', 0, 1, { status: 'failed' })]
  expect(chainsOf(rows).map(({ status, attempts }) => [status, attempts.map(({ attempt }) => attempt)])).toEqual([
    ['completed', [1, 2]],
  ])
})

test('a task is on the path when one of its attempts is, by id alone or with name and number', () => {
  const rows = [taskRow('a', 0, 1), taskRow('b', 1, 1), taskRow('c', 2, 1)]
  expect(chainsOf(rows, ['a/1', 'b/1 b 1', 'c/1 c 2']).map(({ onPath }) => onPath)).toEqual([true, true, false])
})

test('one without an end ends where it began', () => {
  expect(chainsOf([taskRow('a', 4, null, { status: 'skipped' })])).toMatchObject([{ start: 4, end: 4 }])
})

test('names of one kind', () => {
  expect(['load[0]', 'load[a b]', '[0]', 'load', 'load[1]x'].map(baseName)).toEqual([
    'load',
    'load',
    '[0]',
    'load',
    'load[1]x',
  ])
  const found = groups(chainsOf([taskRow('load[0]', 0, 1), taskRow('pack', 1, 1), taskRow('load[1]', 2, 1)]))
  expect(found.map(({ name, chains }) => [name, chains.map(({ nodeId }) => nodeId)])).toEqual([
    ['load', ['load[0]', 'load[1]']],
    ['pack', ['pack']],
  ])
})

test('how many ran at once, by steps and at most: what ends when another begins does not meet it', () => {
  const rows = [
    taskRow('a', 0, 5),
    taskRow('b', 5, 5),
    taskRow('c', 6, 2),
    taskRow('skipped', 6, 2, { status: 'skipped' }),
  ]
  expect(concurrencyOverTime(chainsOf(rows), 10, 5)).toEqual({ levels: [1, 1, 2, 2, 2], peak: 2 })
  expect(concurrencyOverTime([], 10, 2)).toEqual({ levels: [0, 0], peak: 0 })
  expect(concurrencyOverTime(chainsOf([taskRow('a', 3, 0)]), 10, 2).peak).toBe(1)
  // a task counts in steps that it overlaps: 6 to 8 is not in [4, 6) but in [8, 10)
  expect(concurrencyOverTime(chainsOf([taskRow('c', 6, 2)]), 10, 5).levels).toEqual([0, 0, 0, 1, 1])
})

test('the first permanent failure, later ones, and tasks that did not run because of it', () => {
  const rows = [
    taskRow('recovers', 0, 1, { status: 'failed' }),
    taskRow('recovers', 2, 1, { attempt: 2 }),
    taskRow('late', 0, 9, { status: 'failed' }),
    taskRow('first', 1, 2, { status: 'failed' }),
    taskRow('after', 9, null, { status: 'skipped', reason: 'first failed' }),
    taskRow('own choice', 9, null, { status: 'skipped', reason: 'condition' }),
    taskRow('then', 9, null, { status: 'skipped', reason: 'after was skipped' }),
    taskRow('silent', 9, null, { status: 'skipped' }),
    taskRow('no skip', 9, 1, { reason: 'first failed' }),
  ]
  const failed = whatFailed(chainsOf(rows), 'failed')!
  expect([failed.first.nodeId, failed.others, failed.notRun, failed.completed]).toEqual([
    'first',
    ['late'],
    ['after', 'then'],
    false,
  ])
  expect(whatFailed(chainsOf(rows), 'completed')!.completed).toBe(true)
  expect(whatFailed(chainsOf(rows.slice(0, 2)), 'completed')).toBeNull()
})
