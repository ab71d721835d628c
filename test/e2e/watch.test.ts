import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

import { afterEach, beforeEach, expect, test } from 'vitest'

import { startTestServer, type TestServer } from '../servers/clickhouse.ts'

/* Follows runs from another process, on the command line and in `up`. They run the build. */

const BIN = fileURLToPath(new URL('../../packages/runspan/bin/runspan.js', import.meta.url))
const LIBRARY = pathToFileURL(fileURLToPath(new URL('../../packages/runspan/dist/index.js', import.meta.url))).href

let dir: string
let at: TestServer
const children: ChildProcess[] = []
beforeEach(async () => {
  at = await startTestServer()
  dir = mkdtempSync(join(tmpdir(), 'runspan-watch-'))
})
afterEach(async () => {
  for (const child of children.splice(0)) child.kill('SIGKILL')
  await at.stop()
  rmSync(dir, { recursive: true, force: true })
})

interface Program {
  readonly child: ChildProcess
  output: string
  readonly ended: Promise<number | null>
}

function start(args: readonly string[], env: NodeJS.ProcessEnv = {}): Program {
  const child = spawn(process.execPath, args, {
    cwd: dir,
    env: { ...process.env, RUNSPAN_DATA: at.dataDir, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  children.push(child)
  const program: Program = {
    child,
    output: '',
    ended: once(child, 'close').then(([code]) => code as number | null),
  }
  child.stdout.on('data', (chunk: Buffer) => (program.output += chunk.toString()))
  child.stderr.on('data', (chunk: Buffer) => (program.output += chunk.toString()))
  return program
}

/** A program that tracks one run; its file tells it to continue. */
function tracking(body: string): Program {
  const file = join(dir, 'program.mjs')
  writeFileSync(
    file,
    `import { TaskManager, WebhookHandler } from ${JSON.stringify(LIBRARY)}
const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms))
const manager = new TaskManager()
${body}
await manager.close()`,
  )
  return start([file])
}

test('watch --json: a line an event, of another process, until it is interrupted', async () => {
  const watching = start([BIN, 'watch', '--json'])
  // it follows from its start
  await expect.poll(() => start([BIN, 'runs']).ended).toBe(0)
  const program = tracking(`await manager.withRun('nightly', { runId: 'n1' }, async (run) => {
  await run.withTask('extract', async (task) => { task.progress(5, 10); await sleep(2500) })
})`)
  expect(await program.ended).toBe(0)
  await expect.poll(() => watching.output).toContain('run.completed')
  watching.child.kill('SIGINT')
  expect(await watching.ended).toBe(0)
  const events = watching.output
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { type: string; runId: string; position: string })
  const types = events.map(({ type }) => type)
  expect(types.toSorted()).toEqual(
    ['run.started', 'task.started', 'task.progress', 'task.completed', 'run.completed'].toSorted(),
  )
  expect(events.every(({ runId, position }) => runId === 'n1' && position !== '')).toBe(true)
})

test('watch RUN: ends with the run; its exit code says how; of a run that has ended at once', async () => {
  const seen = join(dir, 'seen')
  const program = tracking(`import { existsSync } from 'node:fs'
await manager.withRun('nightly', { runId: 'n2' }, async (run) => {
  await run.withTask('extract', async (task) => {
    for (let done = 1; !existsSync(${JSON.stringify(seen)}); done++) {
      task.progress(done)
      await sleep(500)
    }
  })
  throw new Error('no orders')
}).catch(() => {})`)
  await expect.poll(() => start([BIN, 'run', 'n2']).ended).toBe(0)
  const watching = start([BIN, 'watch', 'n2'])
  await expect.poll(() => watching.output).toContain('extract')
  writeFileSync(seen, '')
  expect(await watching.ended).toBe(1)
  expect(watching.output).toMatch(/✕ nightly n2 {2}failed {2}[\d.]+s {2}no orders\n/)
  expect(await program.ended).toBe(0)
  const after = start([BIN, 'watch', 'n2'])
  expect(await after.ended).toBe(1)
  expect(after.output).toContain('Run n2 has ended: failed.')
})

test('up ends what died, and tells who asked to be told', async () => {
  const received: { type: string; data: { runId: string } }[] = []
  const server = createServer((request, response) => {
    let body = ''
    request.on('data', (chunk: Buffer) => (body += chunk.toString()))
    request.on('end', () => {
      received.push(JSON.parse(body) as (typeof received)[number])
      response.end()
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
  writeFileSync(
    join(dir, 'runspan.config.yaml'),
    `targets:
  here: { type: webhook, url: '${url}', allowPrivate: true }
alerts:
  - { name: lost, condition: { type: lostRun }, targets: [here] }
`,
  )
  const program =
    tracking(`manager.addHandler(new WebhookHandler({ url: '${url}', events: ['task.failed'], allowPrivate: true }))
const run = manager.startRun('nightly', { runId: 'n3' })
run.startTask('load').fail(new Error('disk full'))
run.startTask('open')
setTimeout(() => process.kill(process.pid, 'SIGKILL'), 1500)
await sleep(10_000)`)
  expect(await program.ended).toBeNull()
  const up = start([BIN, 'up'])
  await expect.poll(() => received.map(({ type }) => type).toSorted()).toEqual(['alert.fired', 'task.failed'])
  up.child.kill('SIGTERM')
  expect(await up.ended).toBe(0)
  server.close()
  const run = start([BIN, 'run', 'n3', '--json'])
  expect(await run.ended).toBe(0)
  expect(JSON.parse(run.output)).toMatchObject({ runId: 'n3', status: 'lost' })
})
