import { execFile, execFileSync } from 'node:child_process'
import { promisify } from 'node:util'

import { MetricsCollector } from '@runspan/tracking'
import { expect, test } from 'vitest'

import { noticeChildProcesses } from '../../packages/instrumentation/src/child-processes.ts'

const BUSY = 'const s = process.cpuUsage(); while (process.cpuUsage(s).user < 200_000);'

test('the CPU time of children is counted when they have been waited for', async () => {
  const collector = new MetricsCollector()
  const before = await collector.collect('none', () => undefined)
  expect(before.childCpuSeconds).toBeNull()
  noticeChildProcesses()
  execFileSync(process.execPath, ['-e', '']) // the first is noticed as it starts: what is measured begins after it
  const sync = await collector.collect('sync', () => execFileSync(process.execPath, ['-e', BUSY]))
  expect(sync.childCpuSeconds).toBeGreaterThan(0.19)
  expect(sync.childCpuSeconds).toBeLessThan(10)
  const waited = await collector.collect('waited', () => promisify(execFile)(process.execPath, ['-e', BUSY]))
  expect(waited.childCpuSeconds).toBeGreaterThan(0.19)
  const after = await collector.collect('after', () => undefined)
  expect(after.childCpuSeconds).toBeNull()
})
