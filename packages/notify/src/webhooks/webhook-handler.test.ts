import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

import { diag, DiagLogLevel } from '@opentelemetry/api'
import type { RunEnded, TrackingEvent } from '@runspan/model'
import { Webhook } from 'standardwebhooks'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'

import { listDeliveries, removeDeliveries, replayDeliveries } from './deliveries.ts'
import { type Receiver, startReceiver, until } from './receiver.fixture.ts'
import { WebhookHandler, type WebhookOptions } from './webhook-handler.ts'

const SECRET = `whsec_${Buffer.from('a secret of twenty-four bytes').toString('base64')}`

let dataDir: string
let receivers: Receiver[]
let handlers: WebhookHandler[]

beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'runspan-webhooks-'))
  receivers = []
  handlers = []
})
afterEach(async () => {
  await Promise.all(receivers.map((one) => one.close()))
  await Promise.all(handlers.map((handler) => handler.close()))
  rmSync(dataDir, { recursive: true, force: true })
})

async function receiver(reply?: Receiver['reply']): Promise<Receiver> {
  const started = await startReceiver(reply)
  receivers.push(started)
  return started
}

function webhooks(options: WebhookOptions, worker: { pauseSeconds?: number } = {}): WebhookHandler {
  const handler = new WebhookHandler({ dataDir, allowPrivate: true, retrySeconds: 0.01, ...options }, worker)
  handlers.push(handler)
  return handler
}

function failed(id = 'run-1', more: Partial<RunEnded> = {}): TrackingEvent {
  const time = new Date('2026-11-24T14:00:11.123Z')
  return {
    type: 'run.failed',
    id: `run.failed ${id}`,
    time,
    runId: id,
    workflowId: 'nightly-orders',
    duration: 242,
    error: 'no <answer> & no hope',
    ...more,
  }
}

const bodyOf = ({ body }: { body: string }): { type: string; timestamp: string; data: Record<string, unknown> } =>
  JSON.parse(body) as never

describe('what is sent', () => {
  test('is the event as JSON, signed so that the library of Standard Webhooks verifies it', async () => {
    const at = await receiver()
    webhooks({ url: at.url, secret: [SECRET, 'another secret, being replaced'], headers: { 'x-team': 'data' } }).handle(
      failed(),
    )
    await until(() => at.received.length === 1)
    const [{ headers, body }] = at.received as [Receiver['received'][number]]
    expect(new Webhook(SECRET).verify(body, headers as Record<string, string>)).toEqual({
      type: 'run.failed',
      timestamp: '2026-11-24T14:00:11.123Z',
      data: {
        id: 'run.failed run-1',
        time: '2026-11-24T14:00:11.123Z',
        runId: 'run-1',
        workflowId: 'nightly-orders',
        duration: 242,
        error: 'no <answer> & no hope',
      },
    })
    const old = new Webhook('another secret, being replaced', { format: 'raw' })
    expect(() => old.verify(body, headers as Record<string, string>)).not.toThrow()
    expect(() => new Webhook(SECRET).verify(`${body} `, headers as Record<string, string>)).toThrow('signature')
    expect(headers).toMatchObject({ 'content-type': 'application/json', 'x-team': 'data', 'user-agent': 'runspan' })
    expect(headers['webhook-id']).toMatch(/^msg_[0-9a-f]{24}$/)
    expect(headers['traceparent']).toBeUndefined()
  })

  test('without a secret has an id and a time, and no signature', async () => {
    const at = await receiver()
    webhooks({ url: at.url }).handle(failed())
    await until(() => at.received.length === 1)
    const { headers } = at.received[0]!
    expect(headers['webhook-id']).toMatch(/^msg_/)
    expect(Math.abs(Number(headers['webhook-timestamp']) - Date.now() / 1000)).toBeLessThan(10)
    expect(headers['webhook-signature']).toBeUndefined()
  })

  test('is what was asked for only', async () => {
    const at = await receiver()
    const handler = webhooks({ url: at.url, events: ['run.failed'] })
    handler.handle({ ...failed('fine'), type: 'run.completed' } as TrackingEvent)
    handler.handle(failed('broken'))
    await handler.close()
    expect(at.received.map((request) => bodyOf(request).data['runId'])).toEqual(['broken'])
  })

  test('stays below 64 kB whatever the event holds', async () => {
    const at = await receiver()
    const handler = webhooks({ url: at.url })
    handler.handle({
      type: 'task.failed',
      id: 'long',
      time: new Date(),
      runId: 'r',
      workflowId: 'w',
      taskId: '1',
      nodeId: 'n',
      attempt: 1,
      duration: 1,
      reason: null,
      error: { type: 'Error', message: 'm'.repeat(200_000), stack: '😀'.repeat(200_000) },
    })
    const metadata = Object.fromEntries(Array.from({ length: 5000 }, (_, i) => [`key ${i}`, 'v'.repeat(5000)]))
    const started = { type: 'run.started' as const, id: 'wide', time: new Date(), runId: 'r', workflowId: 'w' }
    handler.handle({ ...started, parentRunId: null, trigger: null, tags: [], metadata })
    await handler.close()
    expect(at.received).toHaveLength(2)
    for (const request of at.received) {
      expect(Buffer.byteLength(request.body)).toBeLessThan(65_536)
      expect(bodyOf(request).data).toMatchObject({ truncated: true, runId: 'r' })
    }
  })

  test('is a Slack message where Slack is meant, and names in it cannot mention or link', async () => {
    const at = await receiver(() => ({ status: 200, body: 'ok' }))
    webhooks({ url: at.url, format: 'slack' }).handle(failed('run-1', { workflowId: 'nightly*orders\n<!channel>' }))
    await until(() => at.received.length === 1)
    expect(JSON.parse(at.received[0]!.body)).toMatchInlineSnapshot(`
      {
        "blocks": [
          {
            "text": {
              "text": "*nightly∗orders &lt;!channel&gt;* failed after 4 min 2 s: no &lt;answer&gt; &amp; no hope",
              "type": "mrkdwn",
            },
            "type": "section",
          },
          {
            "elements": [
              {
                "text": "run run-1",
                "type": "mrkdwn",
              },
            ],
            "type": "context",
          },
        ],
        "text": "*nightly∗orders &lt;!channel&gt;* failed after 4 min 2 s: no &lt;answer&gt; &amp; no hope",
      }
    `)
  })
})

describe('requests that do not succeed immediately', () => {
  test('500 is tried again under the same id until it is taken', async () => {
    const at = await receiver((_, count) => ({ status: count < 3 ? 500 : 200 }))
    webhooks({ url: at.url, secret: SECRET }).handle(failed())
    await until(() => at.received.length === 3)
    expect(new Set(at.received.map(({ headers }) => headers['webhook-id'])).size).toBe(1)
    await until(() => listDeliveries(dataDir).length === 0)
  })

  test('Retry-After holds back everything that waits for that target', async () => {
    const times: number[] = []
    const at = await receiver((_, count) => {
      times.push(Date.now())
      return count === 1 ? { status: 429, headers: { 'retry-after': '1' } } : { status: 200 }
    })
    const handler = webhooks({ url: at.url, concurrency: 1 })
    handler.handle(failed('one'))
    handler.handle(failed('two'))
    await until(() => times.length === 3)
    expect(times[1]! - times[0]!).toBeGreaterThanOrEqual(990)
  })

  test.each([400, 401, 404, 410, 301, 307])('%i is a dead letter at once', async (status) => {
    const at = await receiver(() => ({ status, headers: { location: '/elsewhere' }, body: 'x'.repeat(100_000) }))
    webhooks({ url: at.url }).handle(failed())
    await until(() => listDeliveries(dataDir).some(({ state }) => state === 'dead'))
    const [dead, ...others] = listDeliveries(dataDir)
    expect(others).toEqual([])
    expect(dead).toMatchObject({ type: 'run.failed', attempts: 0, reason: expect.stringContaining(String(status)) })
    expect(dead!.answer).toHaveLength(1024)
    await sleep(100)
    expect(at.received).toHaveLength(1)
  })

  test('after 410 nothing more is sent there', async () => {
    const at = await receiver(() => ({ status: 410 }))
    const handler = webhooks({ url: at.url, concurrency: 1 })
    for (let i = 0; i < 5; i++) handler.handle(failed(`run-${i}`))
    await until(() => listDeliveries(dataDir).filter(({ state }) => state === 'dead').length === 5)
    expect(at.received).toHaveLength(1)
  })

  test('after the last attempt it is a dead letter, which can be sent again, or removed', async () => {
    let status = 503
    const at = await receiver(() => ({ status, body: 'not today' }))
    const handler = webhooks({ url: at.url, maxAttempts: 3 }, { pauseSeconds: 0.05 })
    handler.handle(failed('one'))
    handler.handle(failed('two'))
    await until(() => listDeliveries(dataDir).filter(({ state }) => state === 'dead').length === 2)
    const [first, second] = listDeliveries(dataDir)
    expect(first).toMatchObject({ attempts: 3, reason: '3 attempts, the last: answered 503', answer: 'not today' })
    status = 200
    const before = at.received.length
    expect(replayDeliveries(dataDir, [first!.id])).toBe(1)
    await until(() => at.received.length === before + 1)
    expect(at.received.at(-1)!.headers['webhook-id']).toBe(first!.id)
    expect(() => replayDeliveries(dataDir, ['msg_none'])).toThrow('There is no dead letter "msg_none"')
    expect(removeDeliveries(dataDir, 'all')).toBe(1)
    expect(second!.id).not.toBe(first!.id)
    await until(() => listDeliveries(dataDir).length === 0)
  })

  test('a target that hangs disturbs no other', async () => {
    const hanging = await receiver(() => null)
    const fine = await receiver()
    const slow = webhooks({ url: hanging.url, timeoutSeconds: 30 })
    const quick = webhooks({ url: fine.url })
    for (let i = 0; i < 10; i++) {
      slow.handle(failed(`run-${i}`))
      quick.handle(failed(`run-${i}`))
    }
    await until(() => fine.received.length === 10)
    expect(listDeliveries(dataDir).filter(({ target }) => target.startsWith(hanging.url))).toHaveLength(10)
  })

  test('a target that hangs is given up, and closing does not wait for it', async () => {
    const hanging = await receiver(() => null)
    const slow = webhooks({ url: hanging.url, timeoutSeconds: 0.3, maxAttempts: 2 })
    for (let i = 0; i < 10; i++) slow.handle(failed(`run-${i}`))
    await until(() => listDeliveries(dataDir).some(({ reason }) => reason?.includes('no answer within 0.3 s') === true))
    await slow.close()
    expect(listDeliveries(dataDir)).toHaveLength(10)
  })

  test('a target that fails again and again is left alone for a while, then tried by one request', async () => {
    let status = 500
    const at = await receiver(() => ({ status }))
    const handler = webhooks({ url: at.url, maxAttempts: 100, retrySeconds: 0.001 }, { pauseSeconds: 2 })
    for (let i = 0; i < 20; i++) handler.handle(failed(`run-${i}`))
    await until(() => at.received.length >= 5)
    await sleep(500)
    const tried = at.received.length
    expect(tried).toBeLessThanOrEqual(8) // five failures, and requests that were running at the fifth
    status = 200
    await until(() => at.received.length >= tried + 20)
    await until(() => listDeliveries(dataDir).length === 0)
  })
})

describe('on disk', () => {
  test('waits for the next process under the same id', async () => {
    const at = await receiver(() => ({ status: 500 }))
    const first = webhooks({ url: at.url, secret: SECRET, retrySeconds: 1 })
    first.handle(failed())
    await until(() => at.received.length === 1)
    await first.close()
    at.reply = () => ({ status: 200 })
    const tried = at.received.length
    webhooks({ url: at.url, secret: SECRET })
    await until(() => at.received.length > tried)
    expect(new Set(at.received.map(({ headers }) => headers['webhook-id'])).size).toBe(1)
    await until(() => listDeliveries(dataDir).length === 0)
  })

  test('two handlers of one URL close together, and leave nothing', async () => {
    const at = await receiver()
    const first = webhooks({ url: at.url, events: ['run.failed'] })
    const second = webhooks({ url: at.url, events: ['run.completed'] })
    await until(() => readdirSync(join(dataDir, 'webhooks/locks'), { recursive: true }).length > 1)
    for (const handler of [first, second]) {
      handler.handle(failed('broken'))
      handler.handle({ ...failed('fine'), type: 'run.completed', id: 'run.completed fine' } as TrackingEvent)
    }
    await Promise.all([first.close(), second.close()])
    expect(at.received).toHaveLength(2)
    expect(listDeliveries(dataDir)).toEqual([])
  })

  test('is limited: the oldest become dead letters, and that is logged once', async () => {
    const said: string[] = []
    const logger = { error: (text: string) => said.push(text), warn() {}, info() {}, debug() {}, verbose() {} }
    diag.setLogger(logger, { logLevel: DiagLogLevel.ERROR, suppressOverrideMessage: true })
    try {
      const at = await receiver(() => null)
      const handler = webhooks({ url: at.url, maxDeliveries: 10, concurrency: 1 })
      for (let i = 0; i < 35; i++) handler.handle(failed(`run-${i}`))
      const deliveries = listDeliveries(dataDir)
      expect(deliveries.filter(({ state }) => state === 'pending')).toHaveLength(10)
      expect(deliveries.filter(({ state }) => state === 'dead')).toHaveLength(10)
      expect(deliveries.find(({ state }) => state === 'dead')?.reason).toBe('too many were waiting')
      expect(said.filter((text) => text.includes('become dead letters'))).toHaveLength(1)
      expect(said.filter((text) => text.includes('the oldest are removed'))).toHaveLength(1)
      await receivers[0]!.close()
    } finally {
      diag.disable()
    }
  })

  test('secrets are in the one file of the target, for its owner only, and in nothing that is printed', async () => {
    const said: string[] = []
    const note = (text: string): number => said.push(text)
    const logger = { error: note, warn: note, info: note, debug: note, verbose: note }
    diag.setLogger(logger, { logLevel: DiagLogLevel.ALL, suppressOverrideMessage: true })
    const secrets = [SECRET.slice(6), 'pass-word', 'tok-en-in-query', 'header-value']
    try {
      const at = await receiver((_, count) => ({ status: count === 1 ? 500 : 404 }))
      const url = at.url.replace('http://', 'http://user:pass-word@').replace('/hook', '/hook?key=tok-en-in-query')
      webhooks({ url, secret: SECRET, headers: { authorization: 'Bearer header-value' } }).handle(failed())
      await until(() => listDeliveries(dataDir).some(({ state }) => state === 'dead'))
      expect(JSON.stringify(listDeliveries(dataDir))).toContain('127.0.0.1')
      said.push(JSON.stringify(listDeliveries(dataDir)))
      for (const options of [
        { url: 'ftp://user:pass-word@host/?tok-en-in-query' },
        { url: 'not a url pass-word' },
        { url, headers: { authorization: 'header-value\r\nx: y' } },
        { url, headers: { 'webhook-id': 'header-value' } },
        { url, secret: 'whsec_pass-word!' },
        { url, allowPrivate: false },
        { url, timeoutSeconds: -1 },
      ]) {
        expect(() => new WebhookHandler({ allowPrivate: true, ...options })).toThrow(
          expect.toSatisfy(
            (error: Error) => said.push(`${error.stack} ${JSON.stringify(error)} ${String(error.cause)}`) > 0,
          ),
        )
      }
      for (const secret of secrets) expect(said.filter((text) => text.includes(secret))).toEqual([])
      const files = readdirSync(dataDir, { recursive: true, withFileTypes: true })
      const holding = files
        .filter((entry) => entry.isFile())
        .map((entry) => join(entry.parentPath, entry.name))
        .filter((path) => secrets.some((secret) => readFileSync(path, 'utf8').includes(secret)))
      expect(holding).toEqual([expect.stringMatching(/webhooks\/targets\/[0-9a-f]{16}\.json$/)])
      expect(statSync(holding[0]!).mode & 0o777).toBe(0o600)
      for (const entry of files) {
        const mode = statSync(join(entry.parentPath, entry.name)).mode & 0o077
        expect(mode, entry.name).toBe(0)
      }
    } finally {
      diag.disable()
    }
  })
})

test('without a data directory it says what is missing; attached it has one', async () => {
  const at = await receiver()
  const handler = new WebhookHandler({ url: at.url, allowPrivate: true })
  handlers.push(handler)
  expect(() => handler.handle(failed())).toThrow('has no data directory')
  handler.attach({ dataDir })
  handler.handle(failed())
  await until(() => at.received.length === 1)
})
