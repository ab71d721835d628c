import { mkdtempSync, rmSync } from 'node:fs'
import type { LookupFunction } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { context } from '@opentelemetry/api'
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks'
import { isTracingSuppressed } from '@opentelemetry/core'
import type { TrackingEvent } from '@runspan/model'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'

import { isPublicAddress } from './address-guard.ts'
import { listDeliveries } from './deliveries.ts'
import { Poster } from './post.ts'
import { startReceiver, until } from './receiver.fixture.ts'
import { webhookTarget } from './target.ts'
import { WebhookHandler } from './webhook-handler.ts'

test.each([
  ['8.8.8.8', true],
  ['2606:4700:4700::1111', true],
  ['::ffff:8.8.8.8', true],
  ['127.0.0.1', false],
  ['10.0.0.1', false],
  ['172.31.255.255', false],
  ['192.168.1.1', false],
  ['169.254.169.254', false],
  ['168.63.129.16', false],
  ['100.64.0.1', false],
  ['0.0.0.0', false],
  ['224.0.0.1', false],
  ['255.255.255.255', false],
  ['192.0.2.1', false],
  ['198.18.0.1', false],
  ['::1', false],
  ['::', false],
  ['::10.0.0.1', false],
  ['::ffff:10.0.0.1', false],
  ['::ffff:7f00:1', false],
  ['64:ff9b::7f00:1', false],
  ['2002:7f00:1::', false],
  ['fc00::1', false],
  ['fd00:ec2::254', false],
  ['fe80::1', false],
  ['fec0::1', false],
  ['ff02::1', false],
  ['2001:db8::1', false],
  ['no address', false],
])('%s: public %s', (address, expected) => {
  expect(isPublicAddress(address)).toBe(expected)
})

describe('a host written as an address', () => {
  test.each([
    'http://127.0.0.1/',
    'http://127.1/',
    'http://2130706433/',
    'http://0x7f.0.0.1/',
    'http://017700000001/',
    'http://127.0.0.1./',
    'http://①②⑦.0.0.1/',
    'http://0/',
    'http://10.1/',
    'http://169.254.169.254/latest/meta-data/',
    'http://[::1]/',
    'http://[::ffff:10.0.0.1]/',
    'http://[::ffff:a00:1]/',
    'http://[0:0:0:0:0:ffff:127.0.0.1]/',
    'https://[fd00:ec2::254]/',
    'http://user:pass@192.168.0.1/',
  ])('%s is refused', (url) => {
    expect(() => new WebhookHandler({ url })).toThrow(expect.objectContaining({ code: 'ADDRESS_REFUSED' }))
  })

  test.each(['file:///etc/passwd', 'gopher://8.8.8.8/', 'data:text/plain,x', '//8.8.8.8/'])(
    '%s is no webhook',
    (url) => {
      expect(() => new WebhookHandler({ url })).toThrow(expect.objectContaining({ code: 'INVALID_WEBHOOK' }))
    },
  )
})

describe('a name', () => {
  let dataDir: string
  beforeEach(() => {
    dataDir = mkdtempSync(join(tmpdir(), 'runspan-webhooks-'))
  })
  afterEach(() => rmSync(dataDir, { recursive: true, force: true }))

  const event: TrackingEvent = {
    type: 'run.failed',
    id: 'one',
    time: new Date(),
    runId: 'r',
    workflowId: 'w',
    duration: 1,
    error: null,
  }
  const answering =
    (...addresses: string[]): LookupFunction =>
    (_, options, callback) =>
      options.all === true
        ? callback(
            null,
            addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
          )
        : callback(null, addresses[0]!, 4)

  test.each([['127.0.0.1'], ['8.8.8.8', '127.0.0.1'], ['::ffff:127.0.0.1']])(
    'that leads to %s is refused when the connection is made',
    async (...addresses) => {
      const receiver = await startReceiver()
      const url = receiver.url.replace('127.0.0.1', 'innocent.example')
      const handler = new WebhookHandler({ url, dataDir }, { resolve: answering(...addresses) })
      handler.handle(event)
      await until(() => listDeliveries(dataDir).some(({ state }) => state === 'dead'))
      expect(listDeliveries(dataDir)[0]!.reason).toContain('is not an address of the public internet')
      expect(receiver.received).toEqual([])
      await handler.close()
      await receiver.close()
    },
  )

  test('that turns private after it was public is refused then', async () => {
    const receiver = await startReceiver()
    const answers = ['8.8.8.8'] // public at first
    const resolve: LookupFunction = (name, options, callback) =>
      answering(answers.shift() ?? '127.0.0.1')(name, options, callback)
    const target = webhookTarget({ url: receiver.url.replace('127.0.0.1', 'rebinding.example'), timeoutSeconds: 0.5 })
    const poster = new Poster(target, resolve)
    expect(await poster.post({}, '{}')).toMatchObject({ status: null, refused: false })
    expect(await poster.post({}, '{}')).toMatchObject({ status: null, refused: true })
    expect(receiver.received).toEqual([])
    poster.close()
    await receiver.close()
  })

  test('this machine, by its name in the hosts file', async () => {
    const receiver = await startReceiver()
    const poster = new Poster(webhookTarget({ url: receiver.url.replace('127.0.0.1', 'localhost') }))
    expect(await poster.post({}, '{}')).toMatchObject({ status: null, refused: true })
    expect(receiver.received).toEqual([])
    poster.close()
    await receiver.close()
  })

  test('a redirect into a private network is not followed', async () => {
    const inner = await startReceiver()
    const outer = await startReceiver(() => ({ status: 302, headers: { location: inner.url } }))
    const handler = new WebhookHandler({ url: outer.url, dataDir, allowPrivate: true })
    handler.handle(event)
    await until(() => listDeliveries(dataDir).some(({ state }) => state === 'dead'))
    expect(inner.received).toEqual([])
    await handler.close()
    await Promise.all([inner.close(), outer.close()])
  })
})

test('an answer that never ends is cut off, and its status counts', async () => {
  const { createServer } = await import('node:http')
  const server = createServer((_, response) => {
    response.writeHead(200)
    response.write('x'.repeat(2000)) // and no end
  })
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve)
  })
  const { port } = server.address() as { port: number }
  const poster = new Poster(
    webhookTarget({ url: `http://127.0.0.1:${port}/`, allowPrivate: true, timeoutSeconds: 0.3 }),
  )
  const answer = await poster.post({}, '{}')
  expect(answer).toMatchObject({ status: 200 })
  expect(answer.status === null ? '' : answer.excerpt).toHaveLength(1024)
  poster.close()
  server.closeAllConnections()
  server.close()
})

test('our own requests are not traced, whatever is active around them', async () => {
  const manager = new AsyncLocalStorageContextManager().enable()
  context.setGlobalContextManager(manager)
  try {
    const receiver = await startReceiver()
    const seen: boolean[] = []
    const resolve: LookupFunction = (_, options, callback) => {
      seen.push(isTracingSuppressed(context.active()))
      if (options.all === true) callback(null, [{ address: '127.0.0.1', family: 4 }])
      else callback(null, '127.0.0.1', 4)
    }
    const target = webhookTarget({ url: receiver.url.replace('127.0.0.1', 'name.example'), allowPrivate: true })
    const poster = new Poster(target, resolve)
    expect(await poster.post({}, '{}')).toMatchObject({ status: 204 })
    expect(seen).toEqual([true])
    poster.close()
    await receiver.close()
  } finally {
    context.disable()
  }
})
