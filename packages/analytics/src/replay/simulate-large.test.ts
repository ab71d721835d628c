import { expect, test } from 'vitest'

import { timesPlainWork } from '../../../../test/calibrated.ts'
import { replayed, replayOf, scheduled } from './simulate.ts'

test('a hundred thousand tasks take little time and no stack', () => {
  const tasks = Array.from({ length: 100_000 }, (_, i) => ({
    nodeId: `n${i}`,
    taskId: String(i),
    attempt: 1,
    start: i % 1000,
    end: (i % 1000) + 5,
    dependencies: i === 99_999 ? Array.from({ length: 99_999 }, (_n, j) => `n${j}`) : [],
  }))
  const byTime = tasks.map((task) => ({ ...task, dependencies: [] }))
  const work = (): void => {
    const replay = replayOf(tasks, 0)
    expect(replayed(replay, replay.durations)).toBe(1004)
    scheduled(replay, replay.durations, 16)
    replayOf(byTime, 0)
  }
  expect(timesPlainWork(work)).toBeLessThan(300)
})
