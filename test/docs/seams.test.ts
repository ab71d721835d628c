import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { promisify } from 'node:util'

import { runs } from '@runspan/analytics'
import { ClickHouse } from '@runspan/clickhouse'
import { startReceiver } from '@runspan/collector'
import { afterAll, beforeAll, beforeEach, expect, onTestFinished, test } from 'vitest'
import { parse } from 'yaml'

import { expanded } from '../deploy/expanded-sql.ts'
import { startTestServer, type TestServer } from '../servers/clickhouse.ts'
import { jaegerForTests, type RunningJaeger, startJaeger } from '../servers/jaeger.ts'
import { collectorForTests, startCollector } from '../servers/otelcol.mjs'
import { blocks } from './blocks.ts'

/* Runs the instructions of the pages on the collector, Jaeger and Grafana. */

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const COMMAND = join(ROOT, 'packages/runspan/bin/runspan.js')
const LIBRARY = pathToFileURL(join(ROOT, 'packages/runspan/dist/index.js')).href
const ALL = process.env['RUNSPAN_TEST_ALL'] === '1'
const collector = collectorForTests()
const jaeger = jaegerForTests()
const within = { interval: 200, timeout: 20_000 }

let at: TestServer
let folder: string
beforeAll(async () => {
  at = await startTestServer()
})
afterAll(() => at.stop())
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'runspan-seams-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
})

test.runIf(collector === undefined || jaeger === undefined)(
  'skipped: needs a collector and Jaeger, which CI builds',
  () => {
    expect(ALL, 'CI has to have Go').toBe(false)
  },
)

const REQUEST = {
  resourceSpans: [
    {
      scopeSpans: [
        {
          spans: [
            {
              traceId: 'a'.repeat(32),
              spanId: 'b'.repeat(16),
              name: 'by-the-page',
              startTimeUnixNano: String(BigInt(Date.now()) * 1_000_000n),
              endTimeUnixNano: String(BigInt(Date.now()) * 1_000_000n + 5_000_000n),
              attributes: [
                { key: 'workflow.name', value: { stringValue: 'by-the-page' } },
                { key: 'workflow.run.id', value: { stringValue: 'by-the-page-1' } },
              ],
            },
          ],
        },
      ],
    },
  ],
}

/**
 * Starts a collector with a page's configuration and this test's addresses, and sends it a run. Returns the content of the
 * tables.
 */
async function startedWith(
  configuration: string,
  addresses: Readonly<Record<string, string>>,
): Promise<{ workflows(): Promise<string[]>; said(): string }> {
  await at.clickhouse.command('TRUNCATE TABLE workflow_runs')
  let text = configuration
  const given = {
    '0.0.0.0:4318': '${env:OTLP_HTTP_ENDPOINT}',
    '0.0.0.0:4317': '${env:OTLP_GRPC_ENDPOINT}',
    ...addresses,
  }
  for (const [before, after] of Object.entries(given)) text = text.replace(before, after)
  const file = join(folder, 'collector.yaml')
  // its own metrics would listen on a port that may be taken
  writeFileSync(file, text.replace('service:\n', 'service:\n  telemetry: { metrics: { level: none } }\n'))
  const running = await startCollector(collector!, at.server, file, { RUNSPAN_OTLP_TOKEN: 'secret' })
  onTestFinished(() => running.stop())
  const sent = await fetch(`${running.url}/v1/traces`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(REQUEST),
  })
  expect(sent.status).toBe(200)
  const workflows = async (): Promise<string[]> => {
    await at.deliver()
    return (await runs(at.clickhouse, {})).runs.map(({ workflow }) => workflow)
  }
  return { workflows, said: running.said }
}

const WARNED = /\twarn\t|deprecated/

test.skipIf(collector === undefined)('collector: the one that writes ClickHouse', async () => {
  const [writing] = blocks('docs/collector.md', 'yaml')
  const { workflows, said } = await startedWith(writing!, {
    'tcp://clickhouse:9000': '${env:CLICKHOUSE_ENDPOINT}',
    'database: otel': 'database: ${env:CLICKHOUSE_DATABASE}',
    'username: runspan': 'username: ${env:CLICKHOUSE_USER}',
  })
  await expect.poll(workflows, within).toEqual(['by-the-page'])
  expect(said()).not.toMatch(WARNED)
})

test.skipIf(collector === undefined)('collector: the one that sends to Runspan, with its token', async () => {
  const receiver = await startReceiver({ spool: at.spool, httpPort: 0, grpcPort: 0, bearerToken: 'secret' })
  onTestFinished(() => receiver.close())
  const [, sending] = blocks('docs/collector.md', 'yaml')
  const { workflows, said } = await startedWith(sending!, { 'http://runspan:4318': receiver.httpUrl! })
  await expect.poll(workflows, within).toEqual(['by-the-page'])
  expect(said()).not.toMatch(WARNED)
})

test('collector: each ready configuration is on the page, with each variable', () => {
  const page = readFileSync(join(ROOT, 'docs/collector.md'), 'utf8')
  for (const name of ['agent', 'gateway', 'tee', 'tail-sampling', 'span-metrics', 'import']) {
    const text = readFileSync(join(ROOT, `collector-config/${name}.yaml`), 'utf8')
    expect(page).toContain(`\`${name}.yaml\``)
    for (const [, variable] of text.matchAll(/\$\{env:(\w+)/g)) expect(page, name).toContain(`\`${variable}\``)
  }
})

test.skipIf(jaeger === undefined)(
  'jaeger: a tracked program’s trace is there, linked to, and comes back as the same run',
  async () => {
    const running: RunningJaeger = await startJaeger(jaeger!)
    onTestFinished(() => running.stop())
    const program = join(folder, 'app.mjs')
    writeFileSync(
      program,
      `import { TaskManager } from '${LIBRARY}'
const manager = new TaskManager()
await manager.withRun('to-jaeger', { runId: 'jaeger-1' }, async (run) => {
  run.skipTask('load', 'nothing new')
  await run.withTask('extract', () => new Promise((done) => setTimeout(done, 20)))
  // the run ends after its tasks, not in the same microsecond
  await new Promise((done) => setTimeout(done, 20))
})
await manager.close()`,
    )
    const [yaml] = blocks('docs/jaeger.md', 'yaml')
    writeFileSync(join(folder, 'runspan.config.yaml'), yaml!.replace('http://localhost:16686', running.page))
    const execute = promisify(execFile)
    const env = { ...process.env, OTEL_EXPORTER_OTLP_ENDPOINT: running.otlp, RUNSPAN_DATA: join(folder, 'data') }
    const { stderr } = await execute(process.execPath, [program], { cwd: folder, env })
    expect(stderr.match(/404/g)?.length ?? 0).toBeLessThanOrEqual(2)

    const shown = JSON.parse(
      (await execute(process.execPath, [COMMAND, 'run', 'jaeger-1', '--json'], { cwd: folder, env })).stdout,
    ) as { links: { trace: string } }
    const traceId = shown.links.trace.split('/').at(-1)!
    expect(shown.links.trace).toBe(`${running.page}/trace/${traceId}`)
    expect((await fetch(shown.links.trace)).status).toBe(200)
    interface Answer {
      readonly data: readonly { spans: { operationName: string; warnings: unknown }[] }[]
    }
    const answered = async (): Promise<Response> => fetch(`${running.page}/api/traces/${traceId}`)
    const spans = async (): Promise<Answer['data'][number]['spans']> =>
      ((await (await answered()).json()) as Answer).data[0]!.spans
    await expect
      .poll(async () => (await spans()).map(({ operationName }) => operationName).toSorted(), within)
      .toEqual(['extract', 'load', 'to-jaeger'])
    expect((await spans()).filter(({ warnings }) => warnings !== null)).toEqual([])

    const file = join(folder, 'trace.json')
    writeFileSync(file, await (await answered()).text())
    const elsewhere = { ...process.env, RUNSPAN_DATA: join(folder, 'elsewhere') }
    await execute(process.execPath, [COMMAND, 'ingest', file], { cwd: folder, env: elsewhere })
    const again = await execute(process.execPath, [COMMAND, 'runs', '--json'], { cwd: folder, env: elsewhere })
    expect(JSON.parse(again.stdout)).toMatchObject([{ runId: 'jaeger-1', workflow: 'to-jaeger', status: 'completed' }])
  },
  240_000,
)

test('grafana: the data source on the page is the one of deploy/', () => {
  const [source] = blocks('docs/grafana.md', 'yaml')
  const file = join(ROOT, 'deploy/grafana/provisioning/datasources/clickhouse.yaml')
  expect(parse(source!)).toEqual(parse(readFileSync(file, 'utf8')))
})

test('grafana: the panel on the page answers, asked by who only reads', async () => {
  const start = new Date(Date.now() - 3_600_000)
  const [sql] = blocks('docs/grafana.md', 'sql')
  await at.clickhouse.command(
    `INSERT INTO otel_traces (Timestamp, TraceId, SpanId, SpanName, Duration, ScopeName, SpanAttributes)
     SELECT toDateTime64(${start.getTime()} / 1000, 9), '${'c'.repeat(32)}', '${'d'.repeat(16)}', 'panel', 1000000, 'etl',
       map('workflow.name', 'panel', 'workflow.run.id', 'panel-1')`,
  )
  const { url, database, readerUser, readerPassword } = at.server
  const reader = new ClickHouse({ url, database, user: readerUser, password: readerPassword })
  onTestFinished(() => reader.close())
  const range = { from: new Date(start.getTime() - 60_000), to: new Date(), workflow: '', run: '' }
  const rows = await reader.query<{ workflow: string; completed: number }>(expanded(sql!, range))
  expect(rows).toContainEqual(expect.objectContaining({ workflow: 'panel', completed: 1 }))
})
