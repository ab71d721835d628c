import { execFile, execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

import { MetricsCollector, type PerformanceMetrics } from '@runspan/tracking'
import { expect, test } from 'vitest'

import { noticeChildProcesses } from '../../packages/instrumentation/src/child-processes.ts'

const BUSY = 'const s = process.cpuUsage(); while (process.cpuUsage(s).user < 200_000);'

test('the CPU time of children is counted when they have been waited for', async () => {
  const collector = new MetricsCollector()
  const before = await collector.collect('none', () => undefined)
  expect(before.childCpuSeconds).toBeNull()
  noticeChildProcesses()
  execFileSync(process.execPath, ['-e', '']) // the first is detected at its start: measuring starts after it
  const sync = await collector.collect('sync', () => execFileSync(process.execPath, ['-e', BUSY]))
  expect(sync.childCpuSeconds).toBeGreaterThan(0.19)
  expect(sync.childCpuSeconds).toBeLessThan(10)
  const waited = await collector.collect('waited', () => promisify(execFile)(process.execPath, ['-e', BUSY]))
  expect(waited.childCpuSeconds).toBeGreaterThan(0.19)
  const after = await collector.collect('after', () => undefined)
  expect(after.childCpuSeconds).toBeNull()
})

test('a worker thread’s CPU time is its own, the main thread’s that of the whole process', () => {
  const program = fileURLToPath(new URL('children/worker-cpu.mjs', import.meta.url))
  const { main, workers } = JSON.parse(execFileSync(process.execPath, [program], { encoding: 'utf8' })) as {
    main: PerformanceMetrics
    workers: PerformanceMetrics[]
  }
  const cpu = ({ cpuUserSeconds, cpuSystemSeconds }: PerformanceMetrics): number => cpuUserSeconds! + cpuSystemSeconds!
  expect(main.cpuScope).toBe('process')
  expect(workers.map(({ cpuScope, concurrency }) => [cpuScope, concurrency])).toEqual([
    ['thread', 1],
    ['thread', 1],
  ])
  const [one, other] = workers.map(cpu)
  expect(one! + other!).toBeLessThan(cpu(main))
  // the same work at the same time: the process's time would be the sum of both
  expect(Math.max(one!, other!) / Math.min(one!, other!)).toBeLessThan(1.5)
})
