import { readFileSync, writeFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { array, boolean, check, property } from 'fast-check'
import { beforeEach, describe, expect, test } from 'vitest'

import { epochMilliseconds } from './clock.ts'
import { closeTask, type Moment, openTask } from './open-tasks.ts'
import { Telemetry } from './telemetry.fixture.ts'

let telemetry: Telemetry
beforeEach(() => {
  telemetry = new Telemetry()
})

const measured = (name: string): Record<string, number> => telemetry.span(name).attributes as Record<string, number>

function burn(milliseconds: number): void {
  const end = performance.now() + milliseconds
  while (performance.now() < end) Math.sqrt(Math.random())
}

/** Works until this much CPU time is used, however busy the machine is. */
function compute(milliseconds: number): void {
  const start = process.cpuUsage()
  const used = (): number => {
    const { user, system } = process.cpuUsage(start)
    return (user + system) / 1000
  }
  while (used() < milliseconds) Math.sqrt(Math.random())
}

describe('a task', () => {
  test('that computes shows its CPU time, one that waits none', async () => {
    await telemetry.manager.withRun('r', async (run) => {
      await run.withTask('busy', () => compute(50))
      await run.withTask('idle', () => new Promise((resolve) => setTimeout(resolve, 50)))
      const busy = (await telemetry.manager.getTasks(run.runId))[0]?.metrics
      expect(busy?.cpuPercent).toBeGreaterThan(5)
      expect(busy?.cpuPercent).toBeLessThan(400)
    })
    const cpu = (name: string): number =>
      (measured(name)['process.cpu.time.user'] ?? 0) + (measured(name)['process.cpu.time.system'] ?? 0)
    expect(cpu('busy')).toBeGreaterThanOrEqual(0.05)
    expect(cpu('busy')).toBeLessThan(0.15)
    expect(cpu('idle')).toBeLessThan(cpu('busy'))
  })

  test('that takes memory shows its resident size, growth and peak', async () => {
    let kept: Buffer | null = null
    await telemetry.manager.withRun('r', (run) =>
      run.withTask('grow', () => {
        kept = Buffer.alloc(64 * 1024 * 1024, 1)
      }),
    )
    expect(kept).not.toBeNull()
    const grow = measured('grow')
    expect(grow['process.memory.delta']).toBeGreaterThan(50e6)
    expect(grow['process.memory.usage']).toBeGreaterThan(64e6)
    expect(grow['process.memory.peak']).toBeGreaterThanOrEqual(grow['process.memory.usage'] ?? Infinity)
    const ratio = (grow['process.memory.usage'] ?? 0) / process.memoryUsage.rss()
    expect(ratio).toBeGreaterThan(0.8)
    expect(ratio).toBeLessThan(1.25)
  })

  test.runIf(process.platform === 'linux')(
    'that reads and writes shows the bytes; measuring itself is not counted',
    async () => {
      const directory = await mkdtemp(join(tmpdir(), 'tracking-io-'))
      const file = join(directory, 'data')
      const run = telemetry.manager.startRun('r')
      run.startTask('nothing').complete()
      const write = run.startTask('write')
      writeFileSync(file, Buffer.alloc(1_000_000))
      write.complete()
      const read = run.startTask('read')
      readFileSync(file)
      read.complete()
      run.complete()
      await rm(directory, { recursive: true })
      expect(measured('nothing')).toMatchObject({ 'process.disk.io.read': 0, 'process.disk.operations.read': 0 })
      expect(measured('write')['process.disk.io.write']).toBeGreaterThanOrEqual(1_000_000)
      expect(measured('read')['process.disk.io.read']).toBeGreaterThanOrEqual(1_000_000)
      expect(measured('read')['process.disk.io.read']).toBeLessThan(1_200_000)
      expect(measured('write')['process.disk.operations.write']).toBeGreaterThanOrEqual(1)
      expect(measured('read')['process.context_switches']).toBeGreaterThanOrEqual(0)
    },
  )

  test('that fails or is cancelled is measured too', () => {
    const run = telemetry.manager.startRun('r')
    run.startTask('fails').fail(new Error('x'))
    run.startTask('cancelled')
    run.complete()
    expect(measured('fails')['process.memory.usage']).toBeGreaterThan(1e6)
    expect(measured('cancelled')['process.memory.usage']).toBeGreaterThan(1e6)
  })

  test('knows how many ran beside it at most', () => {
    const run = telemetry.manager.startRun('r')
    const a = run.startTask('a')
    const b = run.startTask('b')
    const c = run.startTask('c')
    b.complete()
    c.complete()
    const d = run.startTask('d')
    d.complete()
    a.complete()
    const most = (name: string): unknown => measured(name)['workflow.task.concurrency']
    expect([most('a'), most('b'), most('c'), most('d')]).toEqual([3, 3, 3, 2])
  })

  test('is not measured where that is switched off', async () => {
    telemetry = new Telemetry({ collectMetrics: false })
    await telemetry.manager.withRun('r', (run) => run.withTask('t', (task) => task.setMetric('rows', 1)))
    const keys = Object.keys(measured('t'))
    expect(keys.filter((key) => key.startsWith('process.'))).toEqual([])
    expect(keys).toContain('workflow.task.metric.rows')
  })
})

test('the most tasks open since a moment is right for any order of starts and ends', () => {
  const holds = property(array(boolean(), { maxLength: 200 }), (starts) => {
    const open: { moment: Moment; most: number }[] = []
    const answers: [number, number][] = []
    const end = (at: number): void => {
      for (const task of open.splice(at, 1)) answers.push([closeTask(task.moment), task.most])
    }
    for (const [index, start] of starts.entries()) {
      if (start) {
        open.push({ moment: openTask(), most: 0 })
        for (const task of open) task.most = Math.max(task.most, open.length)
      } else end((index * 7) % Math.max(open.length, 1))
    }
    while (open.length > 0) end(open.length - 1)
    return answers.every(([answer, truth]) => answer === truth)
  })
  expect(check(holds, { numRuns: 300 }).failed).toBe(false)
})

test('times are finer than a millisecond', () => {
  const run = telemetry.manager.startRun('r')
  for (let index = 0; index < 20; index++) {
    const task = run.startTask('t')
    burn(0.3)
    task.complete()
  }
  run.complete()
  const lengths = telemetry.spans
    .slice(0, -1)
    .map((span) => span.duration[1] / 1e6)
    .sort((a, b) => a - b)
  expect(lengths[0]).toBeGreaterThanOrEqual(0.299)
  expect(lengths[5]).toBeLessThan(1)
})

test('the clock never goes back and follows the wall clock', () => {
  let before = epochMilliseconds()
  for (let index = 0; index < 50_000; index++) {
    const now = epochMilliseconds()
    if (now < before) throw new Error(`went back by ${before - now} ms`)
    before = now
  }
  expect(Math.abs(epochMilliseconds() - Date.now())).toBeLessThan(5)
})

test('excluded groups are not measured', async () => {
  const { manager, spans } = new Telemetry({ metrics: ['cpu'] })
  const run = manager.startRun('some')
  const task = run.startTask('task')
  task.complete()
  const { metrics } = (await manager.getTask(task.taskId))!
  expect(metrics.cpuUserSeconds).toBeGreaterThanOrEqual(0)
  expect([metrics.memoryBytes, metrics.diskReadBytes, metrics.networkSentBytes]).toEqual([null, null, null])
  expect(metrics.concurrency).toBe(1)
  expect(Object.keys(spans[0]?.attributes ?? {}).filter((name) => name.startsWith('process.memory'))).toEqual([])
})

test('a system call that fails while a task is measured disturbs neither the task nor the next', () => {
  const { manager, spans } = new Telemetry()
  const original = process.resourceUsage
  process.resourceUsage = () => {
    throw new Error('no such call here')
  }
  try {
    manager.startRun('unmeasured').startTask('task').complete()
  } finally {
    process.resourceUsage = original
  }
  manager.startRun('measured').startTask('next').complete()
  expect(
    spans.map(({ name, attributes }) => [
      name,
      attributes['workflow.task.status'],
      'process.cpu.time.user' in attributes,
    ]),
  ).toEqual([
    ['task', 'completed', false],
    ['next', 'completed', true],
  ])
})
