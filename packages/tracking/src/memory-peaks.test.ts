import { afterEach, beforeEach, expect, test, vi } from 'vitest'

import { highestSince, sampleMemory } from './memory-peaks.ts'

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

test('the highest sample since any moment is known while a measurement runs; otherwise there is no timer', () => {
  const samples = [5, 9, 3, 7, 7, 2, 4]
  const moments: number[] = []
  let next = 0
  let isIdle = false
  sampleMemory(
    () => samples[next++] ?? 0,
    () => isIdle,
  )
  for (let i = 0; i < samples.length; i++) {
    moments.push(performance.now() + 1)
    vi.advanceTimersByTime(100)
  }
  for (const [i, moment] of moments.entries()) expect(highestSince(moment)).toBe(Math.max(...samples.slice(i)))
  expect(highestSince(performance.now() + 1)).toBe(0)
  isIdle = true
  vi.advanceTimersByTime(100)
  expect(vi.getTimerCount()).toBe(0)
})
