import { rmSync } from 'node:fs'
import { connect } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'

import { afterAll, beforeAll, expect, test } from 'vitest'

import { startEmbedded } from './index.ts'
import type { EmbeddedServer } from './index.ts'
import { greeting, nativeHello } from './native-hello.ts'
import { describeWithEngine, needsEngine, newDataDir, query } from './test-server.ts'

const TIMES = 5
const LONGEST_LIFE_MS = 150

/** How a client ends its connection. */
type Ending = 'close' | 'reset' | 'close on answer' | 'reset on answer'

interface Client {
  readonly name: string
  readonly port: 'http' | 'tcp'
  readonly says: (server: EmbeddedServer) => Buffer | string
  readonly ends: Ending
}

const HALF_POST = 'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n'

const CLIENTS: readonly Client[] = [
  { name: 'says nothing', port: 'tcp', says: () => '', ends: 'close' },
  { name: 'says nothing and resets', port: 'tcp', says: () => '', ends: 'reset' },
  { name: 'says rubbish', port: 'tcp', says: () => '\u00FF\u00FE rubbish rubbish', ends: 'close' },
  { name: 'takes the port for HTTP', port: 'tcp', says: () => 'GET / HTTP/1.1\r\n\r\n', ends: 'close on answer' },
  { name: 'greets by half', port: 'tcp', says: (s) => hello(s).subarray(0, 6), ends: 'close' },
  { name: 'greets by half and resets', port: 'tcp', says: (s) => hello(s).subarray(0, 6), ends: 'reset' },
  { name: 'greets and closes', port: 'tcp', says: hello, ends: 'close on answer' },
  { name: 'greets and resets', port: 'tcp', says: hello, ends: 'reset' },
  { name: 'greets and resets on the answer', port: 'tcp', says: hello, ends: 'reset on answer' },
  { name: 'is unknown', port: 'tcp', says: () => greeting('nobody', ''), ends: 'close' },
  { name: 'has a wrong password', port: 'tcp', says: () => greeting('runspan', 'x'), ends: 'close on answer' },
  {
    name: 'has a wrong password and resets',
    port: 'tcp',
    says: () => greeting('runspan', 'x'),
    ends: 'reset on answer',
  },
  { name: 'is default', port: 'tcp', says: () => greeting('default', ''), ends: 'close' },
  { name: 'is default and resets', port: 'tcp', says: () => greeting('default', ''), ends: 'reset on answer' },
  {
    name: 'greets and goes on with rubbish',
    port: 'tcp',
    says: (s) => Buffer.concat([hello(s), Buffer.alloc(500, 255)]),
    ends: 'close',
  },
  {
    name: 'claims a name of 2 GB',
    port: 'tcp',
    says: () => Buffer.from([0, 255, 255, 255, 255, 7, 1, 2]),
    ends: 'close',
  },
  { name: 'says rubbish', port: 'http', says: () => '\u00FF\u00FF\r\n\r\n', ends: 'close' },
  { name: 'takes the port for native', port: 'http', says: hello, ends: 'close' },
  { name: 'uploads by half', port: 'http', says: () => `${HALF_POST}\r\nSELECT`, ends: 'close' },
  { name: 'uploads by half and resets', port: 'http', says: (s) => `${HALF_POST}${login(s)}\r\nSELECT`, ends: 'reset' },
  {
    name: 'inserts by half and resets',
    port: 'http',
    says: (s) => `${HALF_POST}${login(s)}\r\nINSERT INTO runspan.t VALUES (1`,
    ends: 'reset',
  },
  {
    name: 'resets in a big answer',
    port: 'http',
    says: (s) => `GET /?query=SELECT+*+FROM+numbers(100000000) HTTP/1.1\r\nHost: x\r\n${login(s)}\r\n`,
    ends: 'reset on answer',
  },
  {
    name: 'sends bad chunks',
    port: 'http',
    says: (s) => `POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n${login(s)}\r\nZZZ\r\n`,
    ends: 'close',
  },
  {
    name: 'sends a header of 3 MB',
    port: 'http',
    says: () => `GET / HTTP/1.1\r\nA: ${'x'.repeat(3_000_000)}\r\n\r\n`,
    ends: 'close',
  },
  { name: 'leaves a header unended', port: 'http', says: () => 'GET / HTTP/1.1\r\nA: b', ends: 'reset' },
  {
    name: 'claims a body of 8 EB',
    port: 'http',
    says: (s) => `POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 9223372036854775807\r\n${login(s)}\r\nSELECT 1`,
    ends: 'reset',
  },
]

function hello(server: EmbeddedServer): Buffer {
  return greeting(server.user, server.password)
}

function login(server: EmbeddedServer): string {
  return `X-ClickHouse-User: ${server.user}\r\nX-ClickHouse-Key: ${server.password}\r\n`
}

async function visit(client: Client, server: EmbeddedServer): Promise<void> {
  await new Promise<void>((resolve) => {
    const socket = connect(client.port === 'http' ? server.httpPort : server.tcpPort, '127.0.0.1')
    const end = (): void => void (client.ends.startsWith('reset') ? socket.resetAndDestroy() : socket.destroy())
    const timer = setTimeout(end, LONGEST_LIFE_MS)
    socket.once('connect', () => socket.write(client.says(server)))
    if (client.ends.endsWith('answer')) socket.once('data', end)
    // A server that closes the connection to such a client has answered too.
    socket.on('error', () => socket.destroy())
    socket.once('close', () => {
      clearTimeout(timer)
      resolve()
    })
  })
}

describeWithEngine(`clients that behave badly do no harm${needsEngine}`, () => {
  let dataDir: string
  let server: EmbeddedServer
  let deaths = 0

  beforeAll(async () => {
    dataDir = newDataDir()
    server = await startEmbedded({ dataDir, onRestart: () => deaths++ })
    await query(server, 'CREATE TABLE runspan.t (a UInt64) ENGINE = MergeTree ORDER BY a')
  })
  afterAll(async () => {
    await server.stop()
    rmSync(dataDir, { recursive: true, force: true })
  })

  test.each(CLIENTS)('$port: $name ($ends)', async (client) => {
    const { pid } = server
    await Promise.all(Array.from({ length: TIMES }, () => visit(client, server)))
    // The abort that this looks for comes a moment after the connection's end.
    await delay(50)
    expect(await query(server, 'SELECT 1')).toBe('1')
    expect(await nativeHello(server, server.user, server.password, 2000)).toEqual({ kind: 'welcome' })
    expect({ pid: server.pid, deaths }).toEqual({ pid, deaths: 0 })
  })
})
