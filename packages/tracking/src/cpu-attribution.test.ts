import { setImmediate as turn, setTimeout as sleep } from 'node:timers/promises'

import { expect, test } from 'vitest'

import { MetricsCollector, TaskManager } from './index.ts'
import { carryContexts, Telemetry } from './telemetry.fixture.ts'

carryContexts()

/** Works until the process has used this much CPU, so that a busy machine takes longer but uses the same. */
function work(milliseconds: number): void {
  const start = process.cpuUsage()
  for (;;) {
    const { user, system } = process.cpuUsage(start)
    if (user + system >= milliseconds * 1000) return
  }
}

/** Works in slices, with the other task's slices in between. */
async function slices(milliseconds: number): Promise<void> {
  for (let done = 0; done < milliseconds; done += 5) {
    work(5)
    await (done % 2 === 0 ? turn() : sleep(1))
  }
}

test('six tasks that work at the same time: each gets its own CPU time, within 10 %', async () => {
  const { manager } = new Telemetry({ attributeCpu: true })
  const costs = [100, 150, 200, 250, 300, 350]
  const run = manager.startRun('busy')
  await Promise.all(costs.map((cost, i) => run.withTask(`task-${i}`, () => slices(cost))))
  await run.withTask('idle', () => sleep(20))
  const tasks = await manager.getTasks(run.runId)
  for (const [i, cost] of costs.entries()) {
    const { cpuOwnSeconds, cpuUserSeconds, cpuSystemSeconds, cpuPercent, concurrency } = tasks[i]!.metrics
    expect(Math.abs(cpuOwnSeconds! * 1000 - cost) / cost, `task ${i}: ${cpuOwnSeconds}`).toBeLessThan(0.1)
    expect(cpuPercent).toBeCloseTo((cpuOwnSeconds! / tasks[i]!.duration!) * 100)
    expect(concurrency).toBe(6)
    // the process's time contains both tasks
    expect(cpuUserSeconds! + cpuSystemSeconds!).toBeGreaterThan((cost / 1000) * 1.5)
  }
  expect(tasks.at(-1)!.metrics.cpuOwnSeconds).toBeLessThan(0.01)
})

test('a task inside another has its own time, and the outer one only its own', async () => {
  const manager = new TaskManager({ attributeCpu: true })
  const collector = new MetricsCollector()
  const metrics = await collector.collect('outer', async () => {
    work(60)
    const inner = await collector.collect('inner', async () => {
      await sleep(1)
      work(120)
    })
    expect(inner.cpuOwnSeconds).toBeGreaterThan(0.1)
    work(60)
  })
  expect(metrics.cpuOwnSeconds).toBeGreaterThan(0.1)
  expect(metrics.cpuOwnSeconds).toBeLessThan(0.15)
  await manager.close()
})
