import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'

import { expect, onTestFinished, test } from 'vitest'

import { locateEngine } from './engine.ts'
import { launch } from './launch.ts'
import { freePorts } from './ports.ts'
import { describeWithEngine, needsEngine, testDataDir } from './test-server.ts'

describeWithEngine(`a port lost between choosing and listening${needsEngine}`, () => {
  test.each(['httpPort', 'tcpPort'] as const)('%s: is noticed at once, and nothing stays behind', async (which) => {
    // Its owner does not answer like a ClickHouse, and must not be taken for ours.
    const squatter = createServer((socket) => socket.end('HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n1'))
    await new Promise<void>((resolve) => squatter.listen(0, '127.0.0.1', resolve))
    onTestFinished(() => void squatter.close())
    const [httpPort, tcpPort] = await freePorts('127.0.0.1')
    const plan = {
      library: locateEngine(),
      dataDir: testDataDir(),
      host: '127.0.0.1',
      httpPort,
      tcpPort,
      [which]: (squatter.address() as AddressInfo).port,
      password: 'a',
      readerPassword: 'b',
      memoryBytes: 1_000_000_000,
      peerPorts: [],
      timeoutMs: 20_000,
      holdsProcess: true,
    }
    await expect(launch(plan)).rejects.toMatchObject({ code: 'PORT_TAKEN' })
    // The directory is free again: the process is gone.
    const [httpFree, tcpFree] = await freePorts('127.0.0.1')
    const server = await launch({ ...plan, httpPort: httpFree, tcpPort: tcpFree })
    await server.stop()
  })
})
