import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'

import { afterEach, beforeEach, expect, test } from 'vitest'

import { listDeliveries } from './deliveries.ts'
import { type Receiver, startReceiver, until } from './receiver.fixture.ts'
import { StoredDeliveries } from './stored-deliveries.ts'

const LIBRARY = pathToFileURL(join(import.meta.dirname, '../../dist/index.js')).href
const SECRET = `whsec_${Buffer.from('a secret of twenty-four bytes').toString('base64')}`

let dataDir: string
let at: Receiver
let children: ChildProcess[]
beforeEach(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'runspan-webhooks-'))
  at = await startReceiver()
  children = []
})
afterEach(async () => {
  for (const child of children) child.kill('SIGKILL')
  await at.close()
  rmSync(dataDir, { recursive: true, force: true })
})

/** Starts a process that enqueues events and then runs the given code. */
function sending(
  name: string,
  count: number,
  then: string,
  url = at.url,
): { child: ChildProcess; ended: Promise<number> } {
  const program = `
    import { WebhookHandler } from ${JSON.stringify(LIBRARY)}
    const handler = new WebhookHandler({ url: ${JSON.stringify(url)}, secret: ${JSON.stringify(SECRET)}, dataDir: ${JSON.stringify(dataDir)}, allowPrivate: true, retrySeconds: 0.01 })
    for (let i = 0; i < ${count}; i++) {
      const runId = ${JSON.stringify(name)} + i
      handler.handle({ type: 'run.completed', id: runId, time: new Date(), runId, workflowId: 'w', duration: 1, error: null })
    }
    ${then}`
  const child = spawn(process.execPath, ['--input-type=module', '-e', program], {
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  children.push(child)
  return {
    child,
    ended: new Promise((resolve) => {
      child.on('exit', (code) => resolve(code ?? -1))
    }),
  }
}

const ids = (): string[] => at.received.map(({ headers }) => String(headers['webhook-id']))

test('the queue of a killed process is delivered by the next process, with the same signature', async () => {
  // killed in the same turn of the event loop: nothing was sent
  const { ended } = sending('killed', 20, `process.kill(process.pid, 'SIGKILL')`)
  await ended
  expect(at.received).toEqual([])
  expect(listDeliveries(dataDir)).toHaveLength(20)
  const stored = new StoredDeliveries(dataDir)
  stored.start()
  expect(await stored.flush(10)).toBe(true)
  stored.stop()
  expect(new Set(ids()).size).toBe(20)
  expect(at.received).toHaveLength(20)
  expect(at.received.every(({ headers }) => String(headers['webhook-signature']).startsWith('v1,'))).toBe(true)
  expect(listDeliveries(dataDir)).toEqual([])
})

test('killed while it delivers: the next one delivers the rest, at least once and under the same ids', async () => {
  at.reply = (_, count) => (count > 10 ? null : { status: 200 })
  const { child, ended } = sending('killed', 30, 'setInterval(() => {}, 1000)')
  await until(() => at.received.length > 10)
  child.kill('SIGKILL')
  await ended
  at.reply = () => ({ status: 200 })
  const { ended: next } = sending('next', 1, 'await handler.close()')
  expect(await next).toBe(0)
  await until(() => listDeliveries(dataDir).length === 0)
  expect(new Set(ids()).size).toBe(31)
  // only requests that were running at the kill came twice
  expect(ids().length).toBeLessThanOrEqual(31 + 4)
})

test('two processes share a queue: all is delivered, each by one of them', async () => {
  const both = [sending('a', 100, 'setInterval(() => {}, 1000)'), sending('b', 100, 'setInterval(() => {}, 1000)')]
  await until(() => new Set(ids()).size === 200)
  await until(() => listDeliveries(dataDir).length === 0)
  expect(at.received).toHaveLength(200)
  // the delivering process ends: the other takes over
  for (const { child } of both.slice(0, 1)) child.kill('SIGKILL')
  const { ended } = sending('c', 10, '')
  expect(await ended).toBe(0)
  await until(() => new Set(ids()).size === 210)
})

test('nothing keeps a process alive, not even a target that hangs', async () => {
  at.reply = () => null
  const { ended } = sending('quick', 5, 'setTimeout(() => {}, 300)')
  expect(await ended).toBe(0)
  expect(listDeliveries(dataDir)).toHaveLength(5)
  const { ended: closed } = sending('closing', 1, 'await handler.close()')
  expect(await closed).toBe(0)
  // close waits some seconds for its target, and then gives up
  expect(listDeliveries(dataDir)).toHaveLength(6)
})
