import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

import { expect, test } from 'vitest'

import { countNetwork } from './network-counter.ts'
import { streams } from './stream-counter.ts'

test('counts what fetch receives and sends, and what a server of the process answers', async () => {
  countNetwork()
  countNetwork()
  const use = (): { readonly sent: number; readonly received: number } => ({
    sent: streams().network!.writtenBytes,
    received: streams().network!.readBytes,
  })
  const server = createServer((request, response) => {
    request.resume().on('end', () => response.end('x'.repeat(200_000)))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const before = use()
  const answer = await fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`, {
    method: 'POST',
    body: 'y'.repeat(50_000),
  })
  await answer.text()
  server.closeAllConnections()
  await new Promise((resolve) => server.close(resolve))
  const after = use()
  // both ends are in this process: each byte is sent once and received once
  const sent = after.sent - before.sent
  expect(sent).toBeGreaterThan(250_000)
  expect(sent).toBeLessThan(252_000)
  expect(after.received - before.received).toBe(sent)
})
