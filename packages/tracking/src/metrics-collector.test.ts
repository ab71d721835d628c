import { setTimeout as sleep } from 'node:timers/promises'

import { expect, test } from 'vitest'

import { MetricsCollector } from './index.ts'

const collector = new MetricsCollector()

/** Works until the process has used this much CPU. */
function busy(milliseconds: number): void {
  const start = process.cpuUsage()
  while (process.cpuUsage(start).user < milliseconds * 1000);
}

test('the seed’s way: a function is measured, with everything it awaits', async () => {
  const metrics = await collector.collect('process_data', async (measurement) => {
    busy(100)
    await sleep(50)
    measurement.setMetric('rows', 41)
    measurement.setMetric('nothing', Number.NaN)
  })
  expect(metrics).toMatchObject({ nodeId: 'process_data', concurrency: 1, cpuScope: 'process', custom: { rows: 41 } })
  expect(metrics.duration).toBeGreaterThan(0.14)
  expect(metrics.endTime.getTime() - metrics.startTime.getTime()).toBeGreaterThanOrEqual(140)
  expect(metrics.cpuUserSeconds! + metrics.cpuSystemSeconds!).toBeGreaterThan(0.1)
  expect(metrics.cpuPercent).toBeGreaterThan(10)
  expect(metrics.memoryMb).toBeCloseTo(metrics.memoryBytes! / 1e6)
})

test('an error comes through, and what was used up to it is known', async () => {
  let used: { duration: number } | undefined
  const failing = collector.collect('fails', async (measurement) => {
    try {
      await sleep(20)
      throw new RangeError('no')
    } finally {
      used = measurement.result()
    }
  })
  await expect(failing).rejects.toThrow('no')
  expect(used?.duration).toBeGreaterThan(0.015)
})

test('by hand it ends once, at the end of its scope at the latest', async () => {
  const measurement = collector.start('by-hand')
  await sleep(10)
  measurement.stop()
  const first = measurement.result().duration
  await sleep(20)
  measurement[Symbol.dispose]()
  expect(measurement.result().duration).toBe(first)
})
