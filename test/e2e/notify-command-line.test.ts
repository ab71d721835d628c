import { execFile } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

import { afterAll, beforeAll, expect, test } from 'vitest'

import { startTestServer, type TestServer } from '../servers/clickhouse.ts'
import { type Finished, runspanHere } from '../servers/command-line.ts'

/* `runspan webhooks` and `runspan alerts`, as people and cron run them. */

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const BIN = join(ROOT, 'packages/runspan/bin/runspan.js')
const LIBRARY = pathToFileURL(join(ROOT, 'packages/runspan/dist/index.js')).href

let dir: string
let at: TestServer
let server: Server
let received: { id: string; body: string }[]
let status = 200
beforeAll(async () => {
  at = await startTestServer()
  dir = mkdtempSync(join(tmpdir(), 'runspan-notify-'))
  received = []
  server = createServer((request, response) => {
    let body = ''
    request.on('data', (chunk) => {
      body += String(chunk)
    })
    request.on('end', () => {
      received.push({ id: String(request.headers['webhook-id']), body })
      response.writeHead(status).end()
    })
  })
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve)
  })
  writeFileSync(
    join(dir, 'runspan.config.yaml'),
    `targets:
  hook: { type: webhook, url: '\${HOOK_URL}', allowPrivate: true, secret: a-secret }
  log: { type: log }
alerts:
  - { name: failures, condition: { type: failedRun }, targets: [hook], severity: critical }
  - { name: silence, workflow: nightly, condition: { type: noRun, every: 1h }, targets: [log] }
`,
  )
})
afterAll(async () => {
  await at.stop()
  server.closeAllConnections()
  server.close()
  rmSync(dir, { recursive: true, force: true })
})

const url = (): string => `http://127.0.0.1:${(server.address() as { port: number }).port}/`

function plainEnvironment(): NodeJS.ProcessEnv {
  const { NO_COLOR: _n, FORCE_COLOR: _f, NODE_OPTIONS: _o, ...rest } = process.env
  return rest
}

function node(
  args: readonly string[],
  env: NodeJS.ProcessEnv = {},
): Promise<{ code: number; stdout: string; stderr: string }> {
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      args,
      { env: { ...plainEnvironment(), RUNSPAN_DATA: at.dataDir, HOOK_URL: url(), ...env }, cwd: dir },
      (error, stdout, stderr) => {
        resolve({ code: typeof error?.code === 'number' ? error.code : error === null ? 0 : 1, stdout, stderr })
      },
    )
  })
}
const runspan = (...args: string[]): Promise<Finished> =>
  runspanHere(args, { ...plainEnvironment(), RUNSPAN_DATA: at.dataDir, HOOK_URL: url() }, dir)

test('webhooks: what a program could not deliver is listed, sent again and removed', async () => {
  expect((await runspan('webhooks')).stdout).toBe('No webhook waits, and none is a dead letter.\n')
  status = 404
  const program = join(dir, 'program.mjs')
  writeFileSync(
    program,
    `import { WebhookHandler } from ${JSON.stringify(LIBRARY)}
    const handler = new WebhookHandler({ url: process.env.HOOK_URL, allowPrivate: true, dataDir: process.env.RUNSPAN_DATA })
    for (const runId of ['one', 'two']) handler.handle({ type: 'run.failed', id: runId, time: new Date(), runId, workflowId: 'w', duration: 1, error: null })
    await handler.close()`,
  )
  expect(await node([program])).toMatchObject({ code: 0, stderr: '' })
  const listed = await runspan('webhooks')
  expect(listed.stdout).toContain('✕ dead')
  expect(listed.stdout).toContain('2 dead letters')
  const deliveries = JSON.parse((await runspan('webhooks', '--json')).stdout) as {
    id: string
    state: string
    reason: string
  }[]
  expect(deliveries.map(({ state, reason }) => [state, reason])).toEqual([
    ['dead', 'answered 404'],
    ['dead', 'answered 404'],
  ])
  status = 200
  received = []
  const first = await runspan('webhooks', 'replay', deliveries[0]!.id.slice(0, 14), '--json')
  expect(first).toMatchObject({ code: 0, stdout: '{"delivered":1,"pending":0,"dead":1}\n' })
  expect(received.map(({ id }) => id)).toEqual([deliveries[0]!.id])
  expect(await runspan('webhooks', 'remove', '--all')).toMatchObject({ code: 0, stderr: 'Removed: 1.\n' })
  expect(await runspan('webhooks', 'replay', '--all')).toMatchObject({
    code: 0,
    stderr: 'There are no dead letters.\n',
  })
  expect(await runspan('webhooks', 'replay')).toMatchObject({ code: 2 })
  expect(await runspan('webhooks', 'replay', 'msg_none')).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('no dead letter "msg_none"'),
  })
  expect(JSON.parse((await runspan('webhooks', 'deliver', '--json')).stdout)).toEqual({
    delivered: 0,
    pending: 0,
    dead: 0,
  })
})

test('a handler added to a TaskManager keeps its queue in the data directory and sends what happens', async () => {
  received = []
  const elsewhere = { RUNSPAN_DATA: join(dir, 'elsewhere') }
  const program = join(dir, 'handler.mjs')
  writeFileSync(
    program,
    `import { TaskManager, WebhookHandler } from ${JSON.stringify(LIBRARY)}
    const taskManager = new TaskManager()
    taskManager.addHandler(new WebhookHandler({ url: process.env.HOOK_URL, allowPrivate: true, events: ['run.*'] }))
    await taskManager.withRun('billing', async (run) => { await run.withTask('sum', async () => { throw new Error('no answer') }) }).catch(() => undefined)
    await taskManager.close()`,
  )
  expect(await node([program], elsewhere)).toMatchObject({ code: 0, stderr: '' })
  const events = received.map(
    ({ body }) => JSON.parse(body) as { type: string; data: { workflowId: string; error?: string } },
  )
  expect(events.map(({ type, data }) => `${type} ${data.workflowId}`).toSorted()).toEqual([
    'run.failed billing',
    'run.started billing',
  ])
  expect(events.find(({ type }) => type === 'run.failed')!.data.error).toBe('no answer')
  expect(existsSync(join(elsewhere.RUNSPAN_DATA, 'webhooks/targets'))).toBe(true)
  expect(JSON.parse((await node([BIN, 'webhooks', '--json'], elsewhere)).stdout)).toEqual([])
})

test('alerts: listed, tried, evaluated once for cron', async () => {
  const listed = await runspan('alerts', 'list')
  expect(listed).toMatchObject({ code: 0, stdout: expect.stringContaining('noRun, everySeconds 3600') })
  expect(JSON.parse((await runspan('alerts', 'list', '--json')).stdout)).toHaveLength(2)
  received = []
  expect(await runspan('alerts', 'test', 'failures')).toMatchObject({ code: 0, stdout: '  ✓ hook: answered 200\n' })
  expect(JSON.parse(received[0]!.body)).toMatchObject({ type: 'alert.test', data: { rule: 'failures' } })
  expect(await runspan('alerts', 'test', 'none')).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('Alerts: "failures", "silence".'),
  })

  const program = join(dir, 'runs.mjs')
  writeFileSync(
    program,
    `import { TaskManager } from ${JSON.stringify(LIBRARY)}
    const taskManager = new TaskManager()
    await taskManager.withRun('nightly', async () => undefined)
    await taskManager.withRun('orders', async () => { throw new Error('no answer') }).catch(() => undefined)
    await taskManager.close()`,
  )
  expect(await node([program])).toMatchObject({ code: 0 })
  received = []
  const first = await runspan('alerts', 'evaluate')
  expect(first).toMatchObject({
    code: 1,
    stdout: expect.stringMatching(/✕ failures: orders failed after .*: no answer/),
  })
  expect(received).toHaveLength(1)
  expect(JSON.parse(received[0]!.body)).toMatchObject({
    type: 'alert.fired',
    data: { severity: 'critical', workflow: 'orders' },
  })
  const again = JSON.parse((await runspan('alerts', 'evaluate', '--json')).stdout) as {
    firing: unknown[]
    fired: unknown[]
  }
  expect([again.firing.length, again.fired.length]).toEqual([1, 0])

  writeFileSync(
    program,
    `import { TaskManager } from ${JSON.stringify(LIBRARY)}
    const taskManager = new TaskManager()
    await taskManager.withRun('orders', async () => undefined)
    await taskManager.close()`,
  )
  await node([program])
  const resolved = await runspan('alerts', 'evaluate')
  expect(resolved).toMatchObject({
    code: 0,
    stdout: expect.stringContaining('failures, resolved: orders completed again'),
  })
  expect(JSON.parse(received.at(-1)!.body)).toMatchObject({ type: 'alert.resolved' })
  expect((await runspan('alerts', 'evaluate')).stdout).toBe('Nothing fires: 2 alerts looked at.\n')
})

test('alerts: an error in the configuration has its place in the file, and no secret', async () => {
  const config = join(dir, 'wrong.yaml')
  writeFileSync(
    config,
    'alerts:\n  - name: failures\n    condition: { type: failureRate, above: 7 }\n    targets: [log]\ntargets:\n  log: { type: log }\n',
  )
  const wrong = await runspan('alerts', 'list', '--config', config)
  expect(wrong.code).not.toBe(0)
  expect(wrong.stderr).toContain('wrong.yaml:3:')
  expect(wrong.stderr).toContain('alert "failures": condition.above: Too big: expected number to be <=1.')
  const unset = await node([BIN, 'alerts', 'list'], { HOOK_URL: '' })
  expect(unset.stderr).toContain('targets.hook.url needs the environment variable HOOK_URL, which is not set')
  for (const args of [
    ['alerts', 'list'],
    ['alerts', 'list', '--json'],
    ['webhooks', '--json'],
  ])
    expect((await runspan(...args)).stdout).not.toContain('a-secret')
})
