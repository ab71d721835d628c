import { execFile, execFileSync } from 'node:child_process'
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

import { runs } from '@runspan/analytics'
import { afterEach, beforeEach, expect, test } from 'vitest'

import { startTestServer, type TestServer } from '../servers/clickhouse.ts'

/* `node --import @runspan/instrumentation/register app.js`, from the build. */

const REGISTER = pathToFileURL(
  fileURLToPath(new URL('../../packages/instrumentation/dist/register.js', import.meta.url)),
).href
const TRACKING = pathToFileURL(fileURLToPath(new URL('../../packages/tracking/dist/index.js', import.meta.url))).href

let at: TestServer
let dir: string
beforeEach(async () => {
  at = await startTestServer()
  dir = mkdtempSync(join(tmpdir(), 'runspan-register-'))
})
afterEach(async () => {
  await at.stop()
  rmSync(dir, { recursive: true, force: true })
})

function node(code: string, env: NodeJS.ProcessEnv = {}): Promise<{ code: number; stdout: string; stderr: string }> {
  const file = join(dir, 'app.mjs')
  writeFileSync(file, code)
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      ['--import', REGISTER, file],
      { cwd: dir, env: { ...process.env, RUNSPAN_DATA: at.dataDir, ...env } },
      (error, stdout, stderr) => {
        resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr })
      },
    )
  })
}

const TRACKED = `import { TaskManager } from '${TRACKING}'
import { Worker } from 'node:worker_threads'
import { setTimeout as sleep } from 'node:timers/promises'
const manager = new TaskManager()
`

test('runs, tasks and host metrics of an application arrive, also when it ends by process.exit', async () => {
  const { code, stderr } = await node(
    `${TRACKED}await manager.withRun('app', { runId: 'r1' }, async (run) => { await run.withTask('step', () => sleep(350)) })
process.exit(3)`,
    {
      RUNSPAN_METRICS_INTERVAL: '0.1',
      OTEL_SERVICE_NAME: 'my-app',
      OTEL_RESOURCE_ATTRIBUTES: 'deployment.environment.name=test',
    },
  )
  expect([code, stderr]).toEqual([3, ''])
  await at.deliver()
  expect((await runs(at.clickhouse)).runs).toMatchObject([
    { runId: 'r1', status: 'completed', tasks: { completed: 1 } },
  ])
  const [row] = await at.clickhouse.query(
    `SELECT ServiceName AS service, ResourceAttributes['deployment.environment.name'] AS environment FROM otel_traces LIMIT 1`,
  )
  expect(row).toEqual({ service: 'my-app', environment: 'test' })
  const names = await at.clickhouse.query<{ name: string }>(
    'SELECT DISTINCT MetricName AS name FROM (SELECT MetricName FROM otel_metrics_gauge UNION ALL SELECT MetricName FROM otel_metrics_sum)',
  )
  expect(names.map(({ name }) => name)).toEqual(expect.arrayContaining(['process.cpu.time', 'process.memory.usage']))
})

test('a worker thread records into the same run', async () => {
  writeFileSync(
    join(dir, 'worker.mjs'),
    `import { workerData } from 'node:worker_threads'
import { TaskManager } from '${TRACKING}'
await new TaskManager().continueRun(workerData).withTask('in-the-worker', () => 1)`,
  )
  const { code, stderr } = await node(`${TRACKED}
const worker = (workerData) => new Promise((resolve, reject) => {
  new Worker(new URL('./worker.mjs', import.meta.url), { workerData }).on('exit', resolve).on('error', reject)
})
await manager.withRun('app', { runId: 'r1' }, async (run) => {
  await run.withTask('in-the-main-thread', () => 1)
  await worker(run.carrier())
})`)
  expect([code, stderr]).toEqual([0, ''])
  await at.deliver()
  expect((await runs(at.clickhouse)).runs).toMatchObject([{ runId: 'r1', tasks: { total: 2, completed: 2 } }])
})

test('an uncaught error: the process ends as it would without us, and what was recorded is there', async () => {
  const code = `${TRACKED}
const run = manager.startRun('app', { runId: 'r1' })
run.startTask('done').complete()
throw new RangeError('boom')`
  const bare = join(dir, 'bare.mjs')
  writeFileSync(bare, code)
  expect(() => execFileSync(process.execPath, [bare], { stdio: 'pipe' })).toThrow('boom')
  const ended = await node(code)
  expect(ended.code).toBe(1)
  expect(ended.stderr).toContain('RangeError: boom')
  await at.deliver()
  expect((await runs(at.clickhouse)).runs).toMatchObject([{ runId: 'r1', status: 'failed', tasks: { completed: 1 } }])
})

test('a failure is printed once and stops nothing', async () => {
  const closed = join(dir, 'file')
  writeFileSync(closed, '')
  chmodSync(closed, 0o400)
  const { code, stdout, stderr } = await node('console.log("works")', { RUNSPAN_DATA: closed })
  expect([code, stdout]).toEqual([0, 'works\n'])
  expect(stderr).toMatch(/^runspan: tracking is off: The data directory .* cannot be written.*\n$/)
})

test('OTEL_SDK_DISABLED is heeded', async () => {
  const { stdout } = await node(
    `import { trace } from '@opentelemetry/api'; console.log(trace.getTracer('x').startSpan('y').isRecording())`.replace(
      '@opentelemetry/api',
      import.meta.resolve('@opentelemetry/api'),
    ),
    { OTEL_SDK_DISABLED: 'true' },
  )
  expect(stdout).toBe('false\n')
})
