import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { type AddressInfo, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

import { runs } from '@runspan/analytics'
import { ClickHouse } from '@runspan/clickhouse'
import { findEmbedded } from '@runspan/embedded'
import { afterEach, beforeEach, expect, test } from 'vitest'

import { startTestServer } from '../servers/clickhouse.ts'

/* Several processes on one data directory, and a process that sends to your own server. They run the build. */

const BIN = fileURLToPath(new URL('../../packages/runspan/bin/runspan.js', import.meta.url))
const LIBRARY = pathToFileURL(fileURLToPath(new URL('../../packages/runspan/dist/index.js', import.meta.url))).href

let dir: string
const children: ChildProcess[] = []
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'runspan-sharing-'))
})
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL')
  rmSync(dir, { recursive: true, force: true })
})

interface Started {
  readonly child: ChildProcess
  /** Returns the next line it prints. */
  line(): Promise<string>
}

function start(args: readonly string[], env: NodeJS.ProcessEnv = {}): Started {
  const child = spawn(process.execPath, args, {
    cwd: dir,
    env: { ...process.env, RUNSPAN_DATA: join(dir, 'data'), ...env },
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  children.push(child)
  const lines: string[] = []
  const waiting: { resolve: (line: string) => void; reject: (error: Error) => void }[] = []
  let rest = ''
  child.stdout.on('data', (chunk: Buffer) => {
    const parts = (rest + chunk.toString()).split('\n')
    rest = parts.pop()!
    for (const part of parts) {
      const next = waiting.shift()
      if (next === undefined) lines.push(part)
      else next.resolve(part)
    }
  })
  child.once('close', (code) => {
    for (const { reject } of waiting.splice(0)) reject(new Error(`ended with ${code} before its next line`))
  })
  return {
    child,
    line: () =>
      lines.length > 0
        ? Promise.resolve(lines.shift()!)
        : new Promise((resolve, reject) => waiting.push({ resolve, reject })),
  }
}

function program(code: string): string {
  const file = join(dir, 'program.mjs')
  writeFileSync(file, `import { TaskManager } from '${LIBRARY}'\nconst manager = new TaskManager()\n${code}`)
  return file
}

test('the process that started the server is killed: one that joined it keeps reading and writing', async () => {
  const up = start([BIN, 'up', '--json'])
  const { pid } = JSON.parse(await up.line()) as { pid: number }
  const joined = start([
    program(`
await manager.withRun('shared', { runId: 'first' }, (run) => run.withTask('step', () => 1))
console.log((await manager.getRun('first')).status)
for await (const _ of process.stdin) {
  await manager.withRun('shared', { runId: 'second' }, (run) => run.withTask('step', () => 1))
  console.log((await manager.listRuns({ workflow: 'shared' })).runs.map(({ runId, status }) => runId + ' ' + status).join(', '))
}`),
  ])
  expect(await joined.line()).toBe('completed')
  up.child.kill('SIGKILL')
  await expect.poll(() => isRunning(pid)).toBe(false)
  joined.child.stdin!.write('go on\n')
  expect(await joined.line()).toBe('second completed, first completed')
  joined.child.stdin!.end()
  expect(await new Promise((resolve) => joined.child.once('exit', resolve))).toBe(0)
})

test('two programs and the command line at once: every run once', async () => {
  const code = program(`
for (let i = 0; i < 40; i++) await manager.withRun('busy', (run) => run.withTask('step', () => new Promise((resolve) => setTimeout(resolve, 5))))
console.log((await manager.listRuns({ workflow: 'busy', limit: 1000 })).runs.length >= 40)
await manager.close()`)
  const programs = [start([code]), start([code])]
  const reading = start([BIN, 'stats', '--workflow', 'busy', '--json'])
  expect(await Promise.all(programs.map(({ line }) => line()))).toEqual(['true', 'true'])
  await reading.line()
  await Promise.all(
    programs.map(({ child }) =>
      child.exitCode === null ? new Promise((resolve) => child.once('exit', resolve)) : null,
    ),
  )
  const stats = start([BIN, 'stats', '--workflow', 'busy', '--json'])
  expect(JSON.parse(await stats.line())).toMatchObject({ totalRuns: 80, completedRuns: 80 })
})

test('with your own server a program sends, while it lives and when it ends', async () => {
  const at = await startTestServer({ schema: false })
  try {
    const { url, user, password, database } = at.server
    const mine = `${url.replace('//', `//${user}:${password}@`)}/${database}`
    const sending = start(
      [
        program(`
await manager.withRun('far', { runId: 'one' }, (run) => run.withTask('step', () => 1))
console.log('recorded')
for await (const _ of process.stdin) {
  await manager.withRun('far', { runId: 'two' }, (run) => run.withTask('step', () => 1))
  console.log((await manager.listRuns({ workflow: 'far' })).runs.length)
  await manager.withRun('far', { runId: 'three' }, (run) => run.withTask('step', () => 1))
  await manager.close()
  break
}`),
      ],
      { RUNSPAN_CLICKHOUSE_URL: mine },
    )
    expect(await sending.line()).toBe('recorded')
    const clickhouse = new ClickHouse({ url: mine })
    const stored = (): Promise<string[]> =>
      runs(clickhouse).then(
        (page) => page.runs.map(({ runId }) => runId),
        () => [],
      )
    await expect.poll(stored).toEqual(['one'])
    sending.child.stdin!.end('go on\n')
    expect(await sending.line()).toBe('2')
    await new Promise((resolve) => sending.child.once('exit', resolve))
    expect(await stored()).toEqual(['three', 'two', 'one'])

    const file = program(`
await manager.withRun('far', { runId: 'four' }, (run) => run.withTask('step', () => 1))
console.log((await manager.listRuns({ workflow: 'far' })).runs.length)`)
    const executed = start([BIN, 'exec', '--clickhouse', mine, '--', process.execPath, file])
    expect(await executed.line()).toBe('4')
    await new Promise((resolve) => executed.child.once('exit', resolve))
    expect(await stored()).toEqual(['four', 'three', 'two', 'one'])
    await clickhouse.close()
  } finally {
    await at.stop()
  }
})

test('an invalid or unreachable address delays nothing, and nothing is lost', async () => {
  const file = program(`await manager.withRun('apart', (run) => run.withTask('step', () => 1))`)
  for (const address of ['nonsense', 'http://127.0.0.1:9']) {
    const env = { ...process.env, RUNSPAN_DATA: join(dir, 'data'), RUNSPAN_CLICKHOUSE_URL: address }
    const away = spawnSync(process.execPath, [file], { env, encoding: 'utf8', timeout: 120_000 })
    expect(away).toMatchObject({ status: 0, stdout: '' })
    expect(away.stderr.match(/runspan: telemetry waits on disk: /g)).toHaveLength(1)
  }
  const stats = start([BIN, 'stats', '--workflow', 'apart', '--json'])
  expect(JSON.parse(await stats.line())).toMatchObject({ totalRuns: 2, completedRuns: 2 })
})

test('a server that takes what is sent and never answers does not hold up the end for ever', async () => {
  const silent = createServer((socket) => socket.resume().on('error', () => undefined)).listen(0, '127.0.0.1')
  await once(silent, 'listening')
  const { port } = silent.address() as AddressInfo
  const file = program(`await manager.withRun('apart', (run) => run.withTask('step', () => 1))`)
  const away = start([file], { RUNSPAN_CLICKHOUSE_URL: `http://127.0.0.1:${port}` })
  expect(await new Promise((resolve) => away.child.once('exit', resolve))).toBe(0)
  silent.close()
})

test('two managers of one process: closing one ends nothing of the other, each directory has its own', async () => {
  const file = program(`
const same = new TaskManager()
const other = new TaskManager({ dataDir: 'other' })
await same.close()
await manager.withRun('mine', (run) => run.withTask('step', () => 1))
await other.withRun('theirs', (run) => run.withTask('step', () => 1))
const names = async (one) => (await one.listRuns()).runs.map(({ workflowId, status }) => workflowId + ' ' + status).join(', ')
console.log(await names(manager), '|', await names(other))
await manager.close()
await other.close()`)
  const both = start([file])
  expect(await both.line()).toBe('mine completed | theirs completed')
})

test('closing without a server left throws nothing into the program', async () => {
  const up = start([BIN, 'up', '--json'])
  await up.line()
  const file = program(`
await manager.withRun('left', (run) => run.withTask('step', () => 1))
console.log((await manager.listRuns()).runs.length)
for await (const _ of process.stdin) {
  await manager.close()
  console.log('closed')
  break
}`)
  const left = start([file])
  expect(await left.line()).toBe('1')
  up.child.kill('SIGTERM')
  await new Promise((resolve) => up.child.once('exit', resolve))
  left.child.stdin!.end('go on\n')
  expect(await left.line()).toBe('closed')
  expect(await new Promise((resolve) => left.child.once('exit', resolve))).toBe(0)
})

test('two keep the server up: when the first is killed the second does', async () => {
  const first = start([BIN, 'up', '--json'])
  const { pid } = JSON.parse(await first.line()) as { pid: number }
  const second = start([BIN, 'up', '--json'])
  expect(JSON.parse(await second.line())).toMatchObject({ pid })
  first.child.kill('SIGKILL')
  await expect.poll(async () => (await findEmbedded(join(dir, 'data')))?.pid ?? pid).not.toBe(pid)
})

test('the current work of a program is visible from outside, task by task', async () => {
  const file = program(`
const run = manager.startRun('living', { runId: 'living-1' })
await run.withTask('quick', () => 1)
const slow = run.startTask('slow')
process.stdin.on('data', () => {
  slow.complete()
  run.complete()
  process.exit()
})`)
  const living = start([file])
  const seen = async (): Promise<unknown> => {
    const asked = start([BIN, 'run', 'living-1', '--json'])
    const { status, tasks, taskList } = JSON.parse(await asked.line().catch(() => '{"tasks":{}}')) as {
      status?: string
      tasks: { total?: number; running?: number }
      taskList?: { nodeId: string; status: string; endTime: string | null }[]
    }
    const list = taskList?.map((task) => `${task.nodeId} ${task.status}${task.endTime === null ? '' : ', ended'}`)
    return [status, tasks.total, tasks.running, list]
  }
  await expect.poll(seen).toEqual(['running', 2, 1, ['quick completed, ended', 'slow running']])
  living.child.stdin!.write('end\n')
  await new Promise((resolve) => living.child.once('exit', resolve))
  expect(await seen()).toEqual(['completed', 2, 0, ['quick completed, ended', 'slow completed, ended']])
})

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}
