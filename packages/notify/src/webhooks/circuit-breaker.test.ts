import { expect, test } from 'vitest'

import { CircuitBreaker } from './circuit-breaker.ts'

/** Returns a breaker with enough failures to be open, at time 0. */
function opened(): CircuitBreaker {
  const breaker = new CircuitBreaker(30)
  for (let i = 0; i < 5; i++) breaker.failed(0)
  return breaker
}

test('closed it lets all through, also after some failures', () => {
  const breaker = new CircuitBreaker(30)
  for (let i = 0; i < 4; i++) breaker.failed(0)
  expect([breaker.isOpen, breaker.allowed(4, 0)]).toEqual([false, 4])
  breaker.succeeded()
  breaker.failed(0)
  expect(breaker.allowed(4, 0)).toBe(4)
})

test('open it lets nothing through until its pause is over', () => {
  const breaker = opened()
  expect([breaker.isOpen, breaker.allowed(4, 0), breaker.allowed(4, 29_999)]).toEqual([true, 0, 0])
  expect(breaker.resumesAt).toBe(30_000)
})

test('half-open it lets one through, and not more', () => {
  expect(opened().allowed(4, 30_000)).toBe(1)
})

test('the one that fails doubles the pause, up to ten minutes', () => {
  const breaker = opened()
  let now = 30_000
  const pauses: number[] = []
  for (let i = 0; i < 6; i++) {
    breaker.failed(now)
    pauses.push((breaker.resumesAt - now) / 1000)
    now = breaker.resumesAt
    expect(breaker.allowed(4, now)).toBe(1)
  }
  expect(pauses).toEqual([60, 120, 240, 480, 600, 600])
})

test('failures of what was under way with the fifth do not make the pause longer', () => {
  const breaker = opened()
  for (let i = 0; i < 3; i++) breaker.failed(10)
  expect(breaker.resumesAt).toBe(30_000)
})

test('the one that succeeds closes it, and the next pause is the first again', () => {
  const breaker = opened()
  breaker.failed(30_000)
  breaker.succeeded()
  expect([breaker.isOpen, breaker.allowed(4, 30_001)]).toEqual([false, 4])
  for (let i = 0; i < 5; i++) breaker.failed(50_000)
  expect(breaker.resumesAt).toBe(80_000)
})

test('a receiver that asks for quiet gets it, whatever the pause', () => {
  const breaker = new CircuitBreaker(30)
  breaker.pauseUntil(5000)
  expect([breaker.allowed(4, 4999), breaker.allowed(4, 5000)]).toEqual([0, 4])
})
