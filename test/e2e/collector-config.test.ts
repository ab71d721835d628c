import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

import { runs as readRuns, runStats, tasks as readTasks } from '@runspan/analytics'
import { ingestRequest } from '@runspan/collector'
import { afterAll, afterEach, beforeAll, beforeEach, expect, onTestFinished, test } from 'vitest'
import { parse } from 'yaml'

import { fixture } from '../fixtures/paths.ts'
import { startTestServer, type TestServer } from '../servers/clickhouse.ts'
import { collectorForTests, type RunningCollector, startCollector } from '../servers/otelcol.mjs'

/*
 * Each configuration in `collector-config/`, run by a real collector that writes into a real ClickHouse with our tables.
 */

const ALL = process.env['RUNSPAN_TEST_ALL'] === '1'
const program = collectorForTests()

let at: TestServer
let collector: RunningCollector | undefined
beforeAll(async () => {
  at = await startTestServer()
})
afterAll(() => at.stop())
beforeEach(async () => {
  for (const table of ['otel_traces', 'otel_logs', 'otel_metrics_sum', 'workflow_runs', 'workflow_tasks']) {
    await at.clickhouse.command(`TRUNCATE TABLE ${table}`)
  }
})
afterEach(async () => {
  await collector?.stop()
  collector = undefined
})

let count = 0
/** A run of ours as OTLP/JSON: its own span and a task. */
function request(name: string, status = 'completed', seconds = 1): object {
  const id = (length: number): string => `${++count}`.padStart(length, 'a')
  const [traceId, run] = [id(32), id(16)]
  const start = BigInt(Date.now()) * 1_000_000n
  const text = (key: string, value: string): object => ({ key, value: { stringValue: value } })
  const span = (spanId: string, spanName: string, more: object[], parentSpanId = ''): object => ({
    traceId,
    spanId,
    parentSpanId,
    name: spanName,
    startTimeUnixNano: String(start),
    endTimeUnixNano: String(start + BigInt(seconds * 1e9)),
    attributes: [text('workflow.name', name), text('workflow.run.id', `${name}-${run}`), ...more],
  })
  const spans = [
    span(run, name, [text('workflow.run.status', status)]),
    span(id(16), 'load', [text('workflow.task.id', 'load'), text('workflow.task.status', status)], run),
  ]
  return {
    resourceSpans: [
      { resource: { attributes: [text('service.name', 'etl')] }, scopeSpans: [{ scope: { name: 'runspan' }, spans }] },
    ],
  }
}

async function post(url: string, body: object): Promise<number> {
  const response = await fetch(`${url}/v1/traces`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
  })
  await response.arrayBuffer()
  return response.status
}

const names = async (): Promise<string[]> =>
  (await readRuns(at.clickhouse, { limit: 1000 })).runs.map(({ workflow }) => workflow).toSorted()
const within = { interval: 200 }

test.runIf(program === undefined)('skipped: needs a collector, which CI builds with Go', () => {
  expect(ALL, 'CI has to have Go').toBe(false)
})

test.skipIf(program === undefined)('agent: what the collector writes answers like what we write', async () => {
  const bodies = readFileSync(fixture('engines/bullmq/traces.jsonl'), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as object)
  bodies.push(request('ours', 'failed'))
  const seen = async (): Promise<unknown[]> => {
    const { runs } = await readRuns(at.clickhouse, { limit: 1000 })
    return Promise.all(runs.map(async (run) => [run, await readTasks(at.clickhouse, run.runId)]))
  }
  for (const body of bodies) ingestRequest(body, at.spool)
  await at.deliver()
  const byUs = await seen()
  expect(byUs.length).toBeGreaterThan(1)
  for (const table of ['otel_traces', 'workflow_runs', 'workflow_tasks']) {
    await at.clickhouse.command(`TRUNCATE TABLE ${table}`)
  }
  collector = await startCollector(program!, at.server, 'agent')
  for (const body of bodies) expect(await post(collector.url, body)).toBe(200)
  // its queue has several consumers, so the last request may arrive first
  await expect.poll(seen, within).toEqual(byUs)
})

test.skipIf(program === undefined)(
  'gateway: what it acknowledged survives its being killed',
  async () => {
    const queue = mkdtempSync(join(tmpdir(), 'runspan-queue-'))
    onTestFinished(() => rmSync(queue, { recursive: true, force: true }))
    const env = { QUEUE_DIRECTORY: queue }
    const sent: string[] = []
    for (let round = 0; round < 3; round++) {
      collector = await startCollector(program!, at.server, 'gateway', env)
      for (let i = 0; i < 40; i++) {
        const name = `gateway-${round}-${i}`
        if ((await post(collector.url, request(name))) === 200) sent.push(name)
      }
      await collector.kill()
    }
    collector = await startCollector(program!, at.server, 'gateway', env)
    await expect.poll(async () => (await names()).length, within).toBe(sent.length)
    expect(await names()).toEqual(sent.toSorted())
  },
  90_000,
)

test.skipIf(program === undefined)('tee: ClickHouse and another backend get it', async () => {
  let bytes = 0
  const backend = createServer((incoming, response) => {
    incoming.on('data', (chunk: Buffer) => (bytes += chunk.length))
    incoming.on('end', () => response.writeHead(200, { 'Content-Type': 'application/x-protobuf' }).end())
  }).listen(0, '127.0.0.1')
  onTestFinished(() => void backend.close())
  await once(backend, 'listening')
  const port = (backend.address() as AddressInfo).port
  collector = await startCollector(program!, at.server, 'tee', { OTLP_BACKEND: `http://127.0.0.1:${port}` })
  await post(collector.url, request('teed'))
  await expect.poll(names, within).toEqual(['teed'])
  await expect.poll(() => bytes, within).toBeGreaterThan(100)
})

test.skipIf(program === undefined)('tail sampling: failed and slow runs stay, most others go', async () => {
  const gate = ['--feature-gates=processor.tailsamplingprocessor.recordpolicy']
  collector = await startCollector(program!, at.server, 'tail-sampling', { DECISION_WAIT: '1s' }, gate)
  for (let i = 0; i < 100; i++) await post(collector.url, request('ordinary'))
  for (let i = 0; i < 10; i++) await post(collector.url, request('failed', 'failed'))
  for (let i = 0; i < 10; i++) await post(collector.url, request('slow', 'completed', 90))
  await expect
    .poll(async () => (await names()).filter((name) => name !== 'ordinary'), within)
    .toEqual([...Array.from({ length: 10 }, () => 'failed'), ...Array.from({ length: 10 }, () => 'slow')])
  const ordinary = (await names()).filter((name) => name === 'ordinary').length
  expect(ordinary).toBeLessThan(40)
  // a kept run has its weight
  const stats = await runStats(at.clickhouse)
  expect(stats).toMatchObject({
    totalRuns: expect.closeTo(20 + ordinary * 10, 3),
    failedRuns: 10,
    sampling: { storedRuns: 20 + ordinary, unknownRuns: 0 },
  })
})

test.skipIf(program === undefined)(
  'tail sampling without the policy’s name: runs are marked as sampled, by nobody knows how much',
  async () => {
    collector = await startCollector(program!, at.server, 'tail-sampling', { DECISION_WAIT: '1s' })
    for (let i = 0; i < 3; i++) await post(collector.url, request('failed', 'failed'))
    await expect.poll(names, within).toEqual(['failed', 'failed', 'failed'])
    expect(await runStats(at.clickhouse)).toMatchObject({ totalRuns: 3, sampling: { storedRuns: 3, unknownRuns: 3 } })
  },
)

const FLUSHED_OFTEN = { METRICS_FLUSH_INTERVAL: '200ms' }

test.skipIf(program === undefined)('span metrics: tasks are counted by workflow, task and status', async () => {
  collector = await startCollector(program!, at.server, 'span-metrics', FLUSHED_OFTEN)
  for (let i = 0; i < 5; i++) await post(collector.url, request('counted'))
  const calls = async (): Promise<unknown> =>
    at.clickhouse.query(
      `SELECT Attributes['workflow.task.id'] AS task, toFloat64(max(Value)) AS calls FROM otel_metrics_sum
       WHERE MetricName = 'traces.span.metrics.calls' AND Attributes['workflow.task.status'] = 'completed' GROUP BY task`,
    )
  await expect.poll(calls, within).toEqual([{ task: 'load', calls: 5 }])
})

test.skipIf(program === undefined)(
  'span metrics: a workflow that ended is dropped while its service goes on',
  async () => {
    const env = { ...FLUSHED_OFTEN, METRICS_EXPIRATION: '1s' }
    collector = await startCollector(program!, at.server, 'span-metrics', env)
    await post(collector.url, request('ended'))
    const flushesWithoutIt = async (): Promise<unknown> => {
      await post(collector!.url, request('goes on'))
      const [row] = await at.clickhouse.query<{ ended: number; flushes: number }>(
        `WITH (SELECT max(TimeUnix) FROM otel_metrics_sum WHERE Attributes['workflow.name'] = 'ended') AS last
       SELECT toFloat64(countIf(Attributes['workflow.name'] = 'ended')) AS ended,
         toFloat64(uniqExactIf(TimeUnix, Attributes['workflow.name'] = 'goes on' AND TimeUnix > last)) AS flushes
       FROM otel_metrics_sum WHERE MetricName = 'traces.span.metrics.calls'`,
      )
      return row!.ended > 0 ? row!.flushes : 0
    }
    // without an end it would be in every flush
    await expect.poll(flushesWithoutIt, { interval: 200, timeout: 20_000 }).toBeGreaterThanOrEqual(3)
  },
  30_000,
)

test.skipIf(program === undefined)('span metrics: by default series are stored once a minute at most', async () => {
  const needed = { CLICKHOUSE_ENDPOINT: 'tcp://127.0.0.1:9000', OTLP_HTTP_ENDPOINT: ':0', OTLP_GRPC_ENDPOINT: ':0' }
  const env = { ...process.env, ...needed, METRICS_FLUSH_INTERVAL: undefined }
  const file = fileURLToPath(new URL('../../collector-config/span-metrics.yaml', import.meta.url))
  const printed = execFileSync(program!, ['print-config', '--config', file], { encoding: 'utf8', env })
  expect(parse(printed)).toMatchObject({ connectors: { span_metrics: { metrics_flush_interval: '1m0s' } } })
})

test.skipIf(program === undefined).each(['agent', 'gateway', 'tee', 'tail-sampling', 'span-metrics'])(
  '%s: the collector warns of nothing',
  async (configuration) => {
    const queue = mkdtempSync(join(tmpdir(), 'runspan-queue-'))
    onTestFinished(() => rmSync(queue, { recursive: true, force: true }))
    const env = { QUEUE_DIRECTORY: queue, OTLP_BACKEND: at.server.url, DECISION_WAIT: '1s' }
    collector = await startCollector(program!, at.server, configuration, env)
    const lines = collector.said().split('\n')
    expect(lines.length).toBeGreaterThan(1)
    expect(lines.filter((line) => /\twarn\t|deprecated/.test(line))).toEqual([])
  },
)
