import { runStory } from '@runspan/story'
import { expect, test } from 'vitest'

import { attempt, documentOf, runOf } from '../../../story/src/run.fixture.ts'
import { tickLabel, ticks } from './axis.ts'
import { cutPart, gaps } from './cut-axis.ts'
import { timelineRows } from './rows.ts'

test('an axis has round steps from 0 and no tick past its end', () => {
  expect(ticks(242).map(({ label }) => label.replaceAll('\u202F', ' '))).toEqual([
    '0',
    '1 min',
    '2 min',
    '3 min',
    '4 min',
  ])
  for (const seconds of [1e-6, 0.0383, 5, 61, 4000, 1e6, 1e8]) {
    const list = ticks(seconds)
    expect(list.length).toBeLessThanOrEqual(10)
    expect(list.at(-1)!.at).toBeLessThanOrEqual(seconds * 1.000001)
  }
  expect(tickLabel(90)).toBe('1:30')
})

test('over sixty tasks share rows by name, and what failed or was retried keeps its own', () => {
  const error = { type: 'Error', message: 'no', stack: null }
  const tasks = [
    ...Array.from({ length: 200 }, (_, i) => attempt(`load[${i}]`, i * 0.1, i * 0.1 + 1)),
    ...Array.from({ length: 20 }, (_, i) => attempt(`bad[${i}]`, i, i + 1, { status: 'failed', error })),
  ]
  const { chains } = runStory(documentOf(runOf(tasks, [tasks[3]!])))
  const rows = timelineRows(chains, 30)
  expect(
    rows.map((row) =>
      row.kind === 'task'
        ? row.chain.nodeId
        : row.kind === 'group'
          ? `${row.name}×${row.chains.length}`
          : row.kind === 'more'
            ? `+${row.count}`
            : row.name,
    ),
  ).toEqual(['load×200', 'load[3]', 'bad×20', ...Array.from({ length: 8 }, (_, i) => `bad[${i}]`), '+12'])
})

test('of too many names the ones that matter keep a row: sixty, and one for the others', () => {
  const tasks = Array.from({ length: 500 }, (_, i) =>
    attempt(`task-${i}`, i, i + 1, i === 444 ? { status: 'failed' } : {}),
  )
  const { chains } = runStory(documentOf(runOf(tasks, [tasks[7]!])))
  const rows = timelineRows(chains, 500)
  expect(rows).toHaveLength(61)
  expect(rows.at(-1)).toMatchObject({ kind: 'more', count: 440 })
  const names = rows.flatMap((row) => (row.kind === 'task' ? [row.chain.nodeId] : []))
  expect(names).toContain('task-444')
  expect(names).toContain('task-7')
})

test('a cut axis keeps order and ends, and makes room for what ran', () => {
  const tasks = [attempt('a', 4, 5), attempt('b', 50, 51), attempt('c', 90, 92)]
  const { chains, run } = runStory(documentOf(runOf(tasks, tasks, { durationSeconds: 100 })))
  const list = gaps(chains, run.startTime, 100)
  expect(list.map(({ from, to }) => [from, to])).toEqual([
    [5, 50],
    [51, 90],
    [92, 100],
  ])
  const part = cutPart(list, 100)
  const places = [0, 4, 5, 30, 50, 51, 90, 92, 100].map(part)
  expect(places).toEqual(places.toSorted((a, b) => a - b))
  expect([part(0), part(100)].map((place) => place.toFixed(6))).toEqual(['0.000000', '1.000000'])
  expect(part(51) - part(50)).toBeGreaterThan(0.1)
})
