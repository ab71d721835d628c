import { setTimeout as delay } from 'node:timers/promises'

import { expect, onTestFinished, test } from 'vitest'

import { findEmbedded, startEmbedded } from './index.ts'
import type { EmbeddedConnection, EmbeddedError } from './index.ts'
import { describeWithEngine, isRunning, needsEngine, query, testDataDir, until } from './test-server.ts'

describeWithEngine(`a server that is killed${needsEngine}`, () => {
  test('is restarted on the same ports, and all listeners are notified', async () => {
    const dataDir = testDataDir()
    const told: EmbeddedConnection[] = []
    const server = await startEmbedded({ dataDir, onRestart: (connection) => told.push(connection) })
    onTestFinished(() => server.stop())
    const before = { ...server }
    process.kill(server.pid, 'SIGKILL')
    await until(() => told.length === 1)
    expect(server.pid).not.toBe(before.pid)
    expect(told[0]).toMatchObject({ pid: server.pid, httpPort: before.httpPort, password: before.password })
    expect(await query(before, 'SELECT 1')).toBe('1')
    expect((await findEmbedded(dataDir))?.pid).toBe(server.pid)
  })

  test('loses no row it acknowledged, five times over', async () => {
    const dataDir = testDataDir()
    let restarts = 0
    const server = await startEmbedded({ dataDir, onRestart: () => restarts++ })
    onTestFinished(() => server.stop())
    await query(server, 'CREATE TABLE runspan.t (a UInt64, s String) ENGINE = MergeTree ORDER BY a')
    const acknowledged: number[] = []
    let next = 0
    for (let round = 1; round <= 5; round++) {
      const victim = server.pid
      const writers = Array.from({ length: 3 }, async () => {
        for (;;) {
          const from = next
          next += 1000
          const insert = `INSERT INTO runspan.t SELECT ${from} + number, randomPrintableASCII(50) FROM numbers(1000)`
          const wasTaken = await query(server, insert).then(
            () => true,
            () => false,
          )
          if (!wasTaken) return
          acknowledged.push(from)
        }
      })
      await delay(200)
      process.kill(victim, 'SIGKILL')
      await Promise.all(writers)
      // The limit counts restarts within a minute; the fifth is the last.
      await until(() => restarts === round)
      const there = await query(
        server,
        `SELECT count(), uniqExact(a) FROM runspan.t WHERE intDiv(a, 1000) * 1000 IN (${acknowledged.join(', ')})`,
      )
      expect(there).toBe(`${acknowledged.length * 1000}\t${acknowledged.length * 1000}`)
    }
    expect(acknowledged.length).toBeGreaterThanOrEqual(5)
  })

  test('after too many deaths it is not restarted, with a message, and can be started again by hand', async () => {
    const dataDir = testDataDir()
    let failure: EmbeddedError | undefined
    let restarts = 0
    const server = await startEmbedded({
      dataDir,
      onRestart: () => restarts++,
      onGiveUp: (error) => {
        failure = error
      },
    })
    for (let round = 1; round <= 5; round++) {
      process.kill(server.pid, 'SIGKILL')
      await until(() => restarts === round)
    }
    process.kill(server.pid, 'SIGKILL')
    await until(() => failure !== undefined)
    expect(failure?.code).toBe('RESTART_LIMIT')
    await server.stop()
    const again = await startEmbedded({ dataDir })
    onTestFinished(() => again.stop())
    expect(await query(again, 'SELECT 1')).toBe('1')
  })

  test('stays dead when it is being stopped', async () => {
    const dataDir = testDataDir()
    const server = await startEmbedded({ dataDir })
    process.kill(server.pid, 'SIGKILL')
    await until(async () => !(await isRunning(server.pid)))
    await server.stop()
    await delay(500)
    expect(await findEmbedded(dataDir)).toBeNull()
  })

  test('has its listener’s failure survive it', async () => {
    const dataDir = testDataDir()
    const warnings: Error[] = []
    const note = (warning: Error): void => void warnings.push(warning)
    process.on('warning', note)
    onTestFinished(() => void process.off('warning', note))
    const server = await startEmbedded({
      dataDir,
      onRestart: () => {
        throw new Error('of the listener')
      },
    })
    onTestFinished(() => server.stop())
    process.kill(server.pid, 'SIGKILL')
    await until(() => warnings.some((warning) => warning.message === 'of the listener'))
    expect(await query(server, 'SELECT 1')).toBe('1')
  })
})
