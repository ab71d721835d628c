import { expect, test } from 'vitest'

import type { PathTask } from './critical-path.ts'
import { forecast, type NodeHistory, type Template, templateOf } from './forecast.ts'

const task = (nodeId: string, start: number, end: number, dependencies: string[] = [], attempt = 1): PathTask => ({
  taskId: `${nodeId}/${attempt}`,
  nodeId,
  attempt,
  start,
  end,
  dependencies,
})

test('a template is built as the latest run was, with the median of the waits of all', () => {
  const run = (runId: string, wait: number) => ({
    runId,
    tasks: [task('a', 0, 10), task('b', 10 + wait, 20 + wait, ['a'])],
  })
  expect(templateOf([run('1', 1), run('2', 9), run('3', 3)])).toEqual({
    nodes: [
      { nodeId: 'a', after: [], waitSeconds: 0 },
      { nodeId: 'b', after: ['a'], waitSeconds: 3 },
    ],
  })
  expect(templateOf([])).toBeNull()
  expect(templateOf([{ runId: '1', tasks: [] }])).toBeNull()
})

test('pauses before retries are not waits of a task, and a clock difference makes none', () => {
  const tasks = [task('a', 0, 10), task('b', 12, 14, ['a']), task('b', 60, 62, ['a'], 2), task('c', 9, 30, ['a'])]
  expect(templateOf([{ runId: '1', tasks }])!.nodes).toEqual([
    { nodeId: 'a', after: [], waitSeconds: 0 },
    { nodeId: 'c', after: ['a'], waitSeconds: 0 },
    { nodeId: 'b', after: ['a'], waitSeconds: 2 },
  ])
})

const CHAIN: Template = {
  nodes: [
    { nodeId: 'a', after: [], waitSeconds: 0 },
    { nodeId: 'b', after: ['a'], waitSeconds: 5 },
  ],
}
const always = (seconds: number): NodeHistory => ({ totals: [seconds, seconds], spans: [seconds, seconds] })
const HISTORY = new Map([
  ['a', always(10)],
  ['b', always(20)],
])
const running = (nodeId: string, start: number) => ({ nodeId, start, end: null, skipped: false })
const ended = (nodeId: string, start: number, end: number) => ({ nodeId, start, end, skipped: false })

test.each([
  ['nothing has begun: both, and the wait between', [], 0, 35],
  ['later: what has not begun begins now', [], 100, 135 - 100],
  ['the first runs', [running('a', 1)], 4, 32],
  ['the first has ended: the second begins after its wait', [ended('a', 1, 12)], 12, 25],
  ['its wait is over: it begins now', [ended('a', 1, 12)], 40, 20],
  ['the second runs', [ended('a', 1, 12), running('b', 20)], 30, 10],
  ['all has ended', [ended('a', 1, 12), ended('b', 20, 30)], 33, 0],
])('%s', (_, tasks, elapsed, left) => {
  expect(forecast(CHAIN, tasks, HISTORY, elapsed, 20, 1)).toEqual({
    leftSeconds: left,
    p10LeftSeconds: left,
    p90LeftSeconds: left,
    overdue: false,
  })
})

test('attempts of a task are one: from the first start to the last end, and open while one of them is', () => {
  const both = [ended('a', 0, 3), ended('a', 5, 12)]
  expect(forecast(CHAIN, both, HISTORY, 12, 5, 1)!.leftSeconds).toBe(25)
  expect(forecast(CHAIN, both.toReversed(), HISTORY, 12, 5, 1)!.leftSeconds).toBe(25)
  // one is running: from 0 on it takes 10
  expect(forecast(CHAIN, [ended('a', 0, 3), running('a', 5)], HISTORY, 6, 5, 1)!.leftSeconds).toBe(29)
  expect(forecast(CHAIN, [running('a', 5), ended('a', 0, 3)], HISTORY, 6, 5, 1)!.leftSeconds).toBe(29)
})

test('a running task takes one of the times longer than its elapsed time; longer than ever is overdue', () => {
  const history = new Map([
    ['a', { totals: [], spans: [5, 10, 30] }],
    ['b', always(20)],
  ])
  // of 5, 10 and 30 only 30 is left
  expect(forecast(CHAIN, [running('a', 0)], history, 10, 50, 1)).toMatchObject({ leftSeconds: 45, p10LeftSeconds: 45 })
  expect(forecast(CHAIN, [running('a', 0)], history, 30, 50, 1)).toEqual({
    leftSeconds: null,
    p10LeftSeconds: null,
    p90LeftSeconds: null,
    overdue: true,
  })
})

test('the interval holds what the draws say, the same for a seed', () => {
  const spans = Array.from({ length: 100 }, (_, i) => i + 1)
  const template: Template = { nodes: [{ nodeId: 'a', after: [], waitSeconds: 0 }] }
  const history = new Map([['a', { totals: [], spans }]])
  const found = forecast(template, [], history, 0, 2000, 7)!
  expect(found.leftSeconds).toBe(50.5)
  expect(Math.abs(found.p10LeftSeconds! - 10)).toBeLessThanOrEqual(4)
  expect(Math.abs(found.p90LeftSeconds! - 90)).toBeLessThanOrEqual(4)
  expect(forecast(template, [], history, 0, 2000, 7)).toEqual(found)
  expect(forecast(template, [], history, 0, 20, 8)).not.toEqual(forecast(template, [], history, 0, 20, 9))
})

test('a task that earlier runs did not have takes the median of all; without history there is no estimate', () => {
  // medians are 10 and 20, with 15 in the middle: the new task has run for 4, so it takes one of the longer medians
  expect(forecast(CHAIN, [ended('a', 0, 1), ended('b', 1, 2), running('new', 2)], HISTORY, 6, 5, 1)!.leftSeconds).toBe(
    11,
  )
  // longer than all medians: it may end now
  expect(forecast(CHAIN, [ended('a', 0, 1), ended('b', 1, 2), running('new', 2)], HISTORY, 90, 5, 1)!.leftSeconds).toBe(
    0,
  )
  expect(forecast(CHAIN, [], new Map(), 0, 5, 1)).toBeNull()
})
