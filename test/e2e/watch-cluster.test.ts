import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

import { EventStream, LiveMonitor, TaskManager } from 'runspan'
import { afterAll, beforeAll, expect, test } from 'vitest'

import { startTestCluster, type TestCluster } from '../servers/cluster.ts'

/*
 * Follows a cluster that reports replicas: real servers, whose schema reports what that of replicated tables does. Runs the
 * build.
 */

const BIN = fileURLToPath(new URL('../../packages/runspan/bin/runspan.js', import.meta.url))
const LIBRARY = pathToFileURL(fileURLToPath(new URL('../../packages/runspan/dist/index.js', import.meta.url))).href
const dir = mkdtempSync(join(tmpdir(), 'runspan-watch-cluster-'))

let cluster: TestCluster
let url: string
beforeAll(async () => {
  cluster = await startTestCluster(1)
  const [node] = cluster.nodes
  url = node!.url
  await program([
    '--input-type=module',
    '-e',
    `import { TaskManager } from ${JSON.stringify(LIBRARY)}
const manager = new TaskManager({ clickhouse: ${JSON.stringify(url)} })
await manager.withRun('told', () => {})
await manager.close()`,
  ])
  await program([BIN, 'runs', '--clickhouse', url])
  await node!.clickhouse.command("ALTER TABLE otel_traces MODIFY COMMENT 'runspan replicated cluster'")
})
afterAll(async () => {
  await cluster.stop()
  rmSync(dir, { recursive: true, force: true })
})

function program(args: readonly string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  const env = { ...process.env, RUNSPAN_DATA: join(dir, 'data'), RUNSPAN_CLICKHOUSE_URL: url }
  return new Promise((resolve) => {
    execFile(process.execPath, args, { env, cwd: dir }, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr })
    })
  })
}

test('watch says that replicas are not followed, and ends', async () => {
  const { code, stdout, stderr } = await program([BIN, 'watch'])
  expect([code, stdout]).toEqual([1, ''])
  expect(stderr).toMatch(/^runspan: Events of a cluster with replicas .* cannot be followed/)
})

test('watch from an invalid position prints the error, and ends', async () => {
  const { code, stderr } = await program([BIN, 'watch', '--json', '--position', 'nonsense'])
  expect([code, stderr]).toEqual([2, expect.stringContaining('position')])
})

test('streams and monitors throw it to for await, and call their error handlers', async () => {
  const manager = new TaskManager({ clickhouse: url, dataDir: join(dir, 'data'), collectMetrics: false })
  const refused = { code: 'REPLICAS_NOT_FOLLOWED' }
  try {
    const stream = new EventStream(manager, { follow: 'store', pollSeconds: 0.1 })
    const told: [unknown, boolean][] = []
    stream.onError((error, isFinal) => void told.push([error, isFinal]))
    const loop = async (): Promise<void> => {
      for await (const event of stream) throw new Error(`told ${event.type}`)
    }
    await expect(loop()).rejects.toMatchObject(refused)
    expect(told).toEqual([[expect.objectContaining(refused), true]])
    await stream.stop()
    await expect(new LiveMonitor(manager, { follow: 'store' }).start()).rejects.toMatchObject(refused)
  } finally {
    await manager.close()
  }
})
