import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { expect, onTestFinished, test } from 'vitest'

import { MetricsCollector } from './metrics-collector.ts'
import { TaskManager } from './task-manager.ts'

const MB = 1_000_000
/** Bytes of wake-ups of the event loop and the like: far less than the network's. */
const NEXT_TO_NOTHING = 100_000

async function serverUrl(): Promise<string> {
  const server = createServer((request, response) => {
    request.resume().on('end', () => response.end(Buffer.alloc(3 * MB)))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => server.closeAllConnections())
  onTestFinished(() => void server.close())
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
}

test.runIf(process.platform === 'linux')(
  'a collector alone counts the network, and takes nothing of it for the disk',
  async () => {
    const collector = new MetricsCollector()
    const url = await serverUrl()
    const metrics = await collector.collect('fetch', async () => {
      await (await fetch(url, { method: 'POST', body: Buffer.alloc(2 * MB) })).arrayBuffer()
    })
    // both ends are in this process: 5 MB are sent, and received
    expect(metrics.networkSentBytes).toBeGreaterThan(5 * MB)
    expect(metrics.networkReceivedBytes).toBeGreaterThan(5 * MB)
    expect(metrics.diskReadBytes).toBeLessThan(NEXT_TO_NOTHING)
    expect(metrics.diskWriteBytes).toBeLessThan(NEXT_TO_NOTHING)
    expect(metrics.ioScope).toBe('task')
  },
)

test.runIf(process.platform === 'linux')(
  'a collector alone counts the CPU time of children, and what they print is no disk',
  async () => {
    const collector = new MetricsCollector()
    const burn =
      'const s = process.cpuUsage(); while (process.cpuUsage(s).user < 200_000); process.stdout.write("x".repeat(3e6))'
    const metrics = await collector.collect('child', () => {
      execFileSync(process.execPath, ['-e', burn], { maxBuffer: 10 * MB })
    })
    expect(metrics.childCpuSeconds).toBeGreaterThanOrEqual(0.2)
    // the child itself reads some hundred kB to start, which count for its parent
    expect(metrics.diskReadBytes).toBeLessThan(2 * MB)
  },
)

test.runIf(process.platform === 'linux')('what is recorded of a task is not counted as what it writes', async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'runspan-own-io-'))
  onTestFinished(() => rmSync(dataDir, { recursive: true, force: true }))
  const taskManager = new TaskManager({ dataDir })
  const { outer } = await taskManager.withRun('own', {}, async (run) => {
    const task = run.startTask('outer')
    for (let i = 0; i < 3000; i++) {
      run.startTask('inner').complete()
      if (i % 100 === 0) await new Promise((resolve) => setImmediate(resolve))
    }
    await new Promise((resolve) => setImmediate(resolve))
    task.complete()
    return { outer: (await taskManager.getTask(task.taskId))! }
  })
  await taskManager.close()
  // the spool writes about 500 kB meanwhile
  expect(outer.metrics.diskWriteBytes).toBeLessThan(NEXT_TO_NOTHING)
  expect(outer.metrics.ioScope).toBe('process')
})
