import { expect, test } from 'vitest'

import { bottleneckCauses, type BottleneckNumbers } from './bottleneck-causes.ts'
import type { PathTask, SampledRun } from './critical-path.ts'

const second = 1e9
/** A task without a cause. */
const FINE: BottleneckNumbers = {
  nodeId: 'b',
  count: 100,
  p50: 1 * second,
  p95: 2 * second,
  cpu: 10,
  measured: 100,
  duration: 100 * second,
  failed: 0,
  backoff: 0,
  memoryPeak: 100,
  memoryMedian: 90,
}
const task = (nodeId: string, start: number, end: number, attempt = 1): PathTask => ({
  taskId: `${nodeId}/${attempt}`,
  nodeId,
  attempt,
  start,
  end,
  dependencies: nodeId === 'a' ? [] : ['a'],
})
/** a takes 10 s, then b waits 6 s, takes 2 s and fails, pauses 1 s, and takes 4 s. */
const RUNS: SampledRun[] = [{ runId: '1', tasks: [task('a', 0, 10), task('b', 16, 18), task('b', 19, 23, 2)] }]
const causes = (numbers: Partial<BottleneckNumbers>, path = { self: 1, wait: 0 }) =>
  bottleneckCauses({ ...FINE, ...numbers }, path, RUNS, 20)

test('a task that does nothing wrong has no cause', () => {
  expect(causes({})).toEqual([])
  expect(causes({ p50: null, p95: null, measured: 0, memoryMedian: 0 })).toEqual([])
})

test.each([
  ['slow', { p50: 5 * second, p95: 5 * second }, { p50: 4.99 * second, p95: 5 * second }, 0.25],
  ['busy', { cpu: 80 }, { cpu: 79.9 }, 0.8],
  ['unsteady', { p95: 3 * second }, { p95: 2.99 * second }, 3],
  ['retried', { failed: 10 * second }, { failed: 9.9 * second }, 0.1],
  ['memory', { memoryPeak: 180 }, { memoryPeak: 179 }, 2],
] as const)('%s counts from its threshold on', (reason, at, below, threshold) => {
  expect(causes(at)).toMatchObject([{ reason, value: threshold, threshold }])
  expect(causes(below)).toEqual([])
})

test('waiting counts from half of the path and a second on', () => {
  expect(causes({}, { self: 1, wait: 1 })).toMatchObject([{ reason: 'waiting', value: 0.5, threshold: 0.5 }])
  expect(causes({}, { self: 1.1, wait: 1 })).toEqual([])
  expect(causes({}, { self: 0.1, wait: 0.9 })).toEqual([])
})

test('fewer than fifty attempts are never unsteady', () => {
  expect(causes({ count: 50, p95: 9 * second })).toHaveLength(1)
  expect(causes({ count: 49, p95: 9 * second })).toEqual([])
  expect(causes({ p50: 0, p95: 9 * second })).toEqual([])
})

test('pauses before retries are lost too, as a part of all time of the task', () => {
  const [cause] = causes({ duration: 90 * second, failed: 5 * second, backoff: 10 * second })
  expect(cause).toMatchObject({ reason: 'retried', value: 0.15 })
})

test('savings are replays: halved, without waiting, never above the median, only the last attempt', () => {
  const saved = (numbers: Partial<BottleneckNumbers>, path?: { self: number; wait: number }) =>
    causes(numbers, path).map(({ reason, savedSeconds }) => [reason, savedSeconds])
  expect(saved({ p50: 5 * second, p95: 5 * second })).toEqual([['slow', 3]])
  expect(saved({}, { self: 1, wait: 6 })).toEqual([['waiting', 7]])
  // attempts of 2 and 4 s to the median of 1 s
  expect(saved({ p95: 3 * second })).toEqual([['unsteady', 4]])
  expect(saved({ failed: 10 * second })).toEqual([['retried', 3]])
  expect(saved({ cpu: 90, memoryPeak: 300 })).toEqual([
    ['busy', null],
    ['memory', null],
  ])
})

test('the largest saving comes first', () => {
  const found = causes({ p50: 5 * second, p95: 15 * second, cpu: 90 }, { self: 1, wait: 6 })
  expect(found.map(({ reason }) => reason)).toEqual(['waiting', 'slow', 'unsteady', 'busy'])
})

test('a run without duration has no slow task, and without runs there is no saving', () => {
  expect(bottleneckCauses({ ...FINE, p50: 5 * second, p95: 5 * second }, { self: 1, wait: 0 }, RUNS, 0)).toEqual([])
  const [slow] = bottleneckCauses({ ...FINE, p50: 5 * second, p95: 5 * second }, { self: 1, wait: 0 }, [], 20)
  expect(slow!.savedSeconds).toBeNull()
})
