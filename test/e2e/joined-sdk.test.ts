import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

import { run, runs } from '@runspan/analytics'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'

import { startTestServer, type TestServer } from '../servers/clickhouse.ts'

/*
 * An application that registered its own OpenTelemetry SDK: its exporter sees runs and tasks, and so does our spool.
 * Version 2 is in the workspace; version 3 needs Node.js 22.15 and the registry, so it runs where everything does.
 */

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const LIBRARY = pathToFileURL(join(ROOT, 'packages/runspan/dist/index.js')).href
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
const modern = major > 22 || (major === 22 && minor >= 15)
const all = process.env['RUNSPAN_TEST_ALL'] === '1'

const SDK_2 = `
import { context, trace } from '@opentelemetry/api'
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks'
import { BasicTracerProvider, InMemorySpanExporter, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-base'
const exporter = new InMemorySpanExporter()
trace.setGlobalTracerProvider(new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] }))
context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable())`

const SDK_3 = SDK_2.replace('@opentelemetry/sdk-trace-base', '@opentelemetry/sdk-trace')
  .replace('BasicTracerProvider,', 'TracerProvider as BasicTracerProvider,')
  .replace('SimpleSpanProcessor(exporter)', 'SimpleSpanProcessor({ exporter })')

const APPLICATION = `
const { TaskManager } = await import('${LIBRARY}')
const manager = new TaskManager()
await trace.getTracer('app').startActiveSpan('request', async (request) => {
  await manager.withRun('joined', { runId: 'joined-1' }, (run) =>
    run.withTask('step', async () => {
      trace.getTracer('app').startSpan('query').end()
    }),
  )
  request.end()
})
await new Promise((resolve) => setImmediate(resolve))
console.log(exporter.getFinishedSpans().map(({ name }) => name).join(' '))`

let at: TestServer
let dir: string
beforeEach(async () => {
  at = await startTestServer()
  dir = mkdtempSync(join(tmpdir(), 'runspan-joined-'))
})
afterEach(async () => {
  await at.stop()
  rmSync(dir, { recursive: true, force: true })
})

async function expectJoined(sdk: string): Promise<void> {
  writeFileSync(join(dir, 'app.mjs'), sdk + APPLICATION)
  const exported = execFileSync(process.execPath, ['app.mjs'], {
    cwd: dir,
    encoding: 'utf8',
    env: { ...process.env, RUNSPAN_DATA: at.dataDir },
  })
  expect(exported.trim().split(' ')).toEqual(['query', 'step', 'joined', 'request'])
  await at.deliver()
  expect((await runs(at.clickhouse)).runs).toMatchObject([{ runId: 'joined-1', status: 'completed' }])
  expect((await run(at.clickhouse, 'joined-1')).taskList).toMatchObject([{ nodeId: 'step', status: 'completed' }])
  // the application's own spans are not ours
  const [count] = await at.clickhouse.query<{ spans: number }>('SELECT toFloat64(count()) AS spans FROM otel_traces')
  expect(count?.spans).toBe(2)
}

test('an SDK 2.x is joined', async () => {
  symlinkSync(join(ROOT, 'node_modules'), join(dir, 'node_modules'))
  await expectJoined(SDK_2)
})

describe.skipIf(!modern || !all)('version 3 (needs Node.js 22.15 and RUNSPAN_TEST_ALL=1: the npm registry)', () => {
  test('an SDK 3.x is joined', async () => {
    writeFileSync(join(dir, 'package.json'), '{ "private": true }')
    execFileSync(
      'npm',
      [
        'install',
        '--silent',
        '--no-fund',
        '--no-audit',
        '@opentelemetry/api@1.10',
        '@opentelemetry/sdk-trace@3',
        '@opentelemetry/context-async-hooks@3',
      ],
      { cwd: dir },
    )
    // one API for both, as in any application: the workspace's library finds the application's by its global
    await expectJoined(SDK_3)
  })
})
