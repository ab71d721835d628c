import { expect, test } from 'vitest'

import { Limit } from './limit.ts'
import { StopSwitch } from './stop-switch.ts'

test('lets in as many as allowed, the next in the order they came', async () => {
  const limit = new Limit(1)
  const stop = new StopSwitch()
  const order: string[] = []
  await limit.enter(stop)
  const waiting = ['a', 'b'].map((name) => limit.enter(stop).then(() => order.push(name)))
  await Promise.resolve()
  expect(order).toEqual([])
  limit.leave()
  await waiting[0]
  expect(order).toEqual(['a'])
  limit.leave()
  await waiting[1]
  expect(order).toEqual(['a', 'b'])
})

test('a waiter that is stopped takes no slot', async () => {
  const limit = new Limit(1)
  const [mine, other] = [new StopSwitch(), new StopSwitch()]
  await limit.enter(other)
  const stopped = limit.enter(mine)
  const next = limit.enter(other)
  mine.stop('enough')
  expect(await stopped).toBe(false)
  limit.leave()
  expect(await next).toBe(true)
  expect(await limit.enter(mine)).toBe(false)
})
