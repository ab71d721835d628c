import { expect, onTestFinished, test } from 'vitest'

import { EmbeddedError, findEmbedded, startEmbedded } from './index.ts'
import type { EmbeddedConnection } from './index.ts'
import { describeWithEngine, isRunning, needsEngine, otherProcess, query, testDataDir, until } from './test-server.ts'
import type { OtherProcess } from './test-server.ts'

/** Starts or joins, prints its connection, and stays until its input ends. */
const STAY = `
  const server = await startEmbedded({ dataDir: parameters[0] })
  print(server)
  process.stdin.on('end', () => process.exit()).resume()`

type Printed = EmbeddedConnection & { started: boolean }

function staying(dataDir: string): OtherProcess {
  const other = otherProcess(STAY, dataDir)
  onTestFinished(() => void other.child.kill('SIGKILL'))
  return other
}

async function printed(other: OtherProcess): Promise<Printed> {
  return (await other.next()) as Printed
}

describeWithEngine(`several processes over one directory${needsEngine}`, () => {
  test('five that start at the same instant share one server', async () => {
    const dataDir = testDataDir()
    const others = Array.from({ length: 5 }, () => staying(dataDir))
    const servers = await Promise.all(others.map(printed))
    expect(servers.filter((server) => server.started)).toHaveLength(1)
    expect(new Set(servers.map((server) => server.pid)).size).toBe(1)
    const answers = await Promise.all(servers.map((server) => query(server, 'SELECT 1')))
    expect(answers).toEqual(['1', '1', '1', '1', '1'])
  })

  test('two calls at the same instant in one process share one server', async () => {
    const dataDir = testDataDir()
    const servers = await Promise.all([startEmbedded({ dataDir }), startEmbedded({ dataDir })])
    onTestFinished(async () => void (await Promise.all(servers.map((server) => server.stop()))))
    expect(servers.map((server) => server.started).sort()).toEqual([false, true])
    expect(servers[0].pid).toBe(servers[1].pid)
  })

  test('a joiner takes over when the owner is killed', async () => {
    const dataDir = testDataDir()
    const owner = staying(dataDir)
    const first = await printed(owner)
    await query(first, 'CREATE TABLE runspan.t (a UInt64) ENGINE = MergeTree ORDER BY a')
    await query(first, 'INSERT INTO runspan.t VALUES (7)')
    const joined = await startEmbedded({ dataDir })
    expect(joined.started).toBe(false)

    owner.child.kill('SIGKILL')
    await until(async () => !(await isRunning(first.pid)))
    const taken = await startEmbedded({ dataDir })
    onTestFinished(() => taken.stop())
    expect(taken.started).toBe(true)
    expect(await query(taken, 'SELECT a FROM runspan.t')).toBe('7')
  })

  test('an owner that was too slow to restart its server joins that of another process', async () => {
    const dataDir = testDataDir()
    const code = `
      const server = await startEmbedded({ dataDir: parameters[0], onRestart: print })
      print(server)
      process.stdin.on('end', () => process.exit()).resume()`
    const slow = otherProcess(code, dataDir)
    onTestFinished(() => void slow.child.kill('SIGKILL'))
    const first = await printed(slow)
    slow.child.kill('SIGSTOP')
    process.kill(first.pid, 'SIGKILL')
    await until(async () => !(await isRunning(first.pid)))
    const second = await startEmbedded({ dataDir })
    onTestFinished(() => second.stop())
    expect(second.started).toBe(true)

    slow.child.kill('SIGCONT')
    expect(await printed(slow)).toMatchObject({ pid: second.pid, password: second.password })
    slow.child.kill('SIGKILL')
    await slow.exited
    expect(await query(second, 'SELECT 1')).toBe('1')
  })

  test('a start right after the owner was killed waits for the old server to go', async () => {
    const dataDir = testDataDir()
    const owner = staying(dataDir)
    const first = await printed(owner)
    owner.child.kill('SIGKILL')
    await owner.exited
    const next = await startEmbedded({ dataDir })
    onTestFinished(() => next.stop())
    expect(next.pid).not.toBe(first.pid)
    expect(await query(next, 'SELECT 1')).toBe('1')
  })
})

describeWithEngine(`the owner’s end is the server’s${needsEngine}`, () => {
  test('a program without more work exits, and the server with it', async () => {
    const dataDir = testDataDir()
    const other = otherProcess('print(await startEmbedded({ dataDir: parameters[0] }))', dataDir)
    const server = await printed(other)
    expect(await other.exited).toBe(0)
    await until(async () => !(await isRunning(server.pid)))
    expect(await findEmbedded(dataDir)).toBeNull()
  })

  test.each([
    ['process.exit', 'process.exit(3)', 3],
    ['an uncaught error', "process.on('uncaughtException', () => process.exit(4)); throw new Error('x')", 4],
    ['an exit code of its own', 'process.exitCode = 5', 5],
  ])('%s', async (_, code, exitCode) => {
    const dataDir = testDataDir()
    const other = otherProcess(`print(await startEmbedded({ dataDir: parameters[0] })); ${code}`, dataDir)
    const server = await printed(other)
    expect(await other.exited).toBe(exitCode)
    await until(async () => !(await isRunning(server.pid)))
  })

  test('environment meant for the program does not reach the server', async () => {
    const dataDir = testDataDir()
    const code = `
      process.env.NODE_OPTIONS = '--require /nowhere.cjs'
      process.env.CLICKHOUSE_USER = 'nobody'
      const server = await startEmbedded({ dataDir: parameters[0] })
      print(server)
      await server.stop()`
    const other = otherProcess(code, dataDir)
    expect((await printed(other)).started).toBe(true)
    expect(await other.exited).toBe(0)
  })

  test('a directory held by a server that does not answer says whose it is', async () => {
    const dataDir = testDataDir()
    const owner = staying(dataDir)
    const held = await printed(owner)
    process.kill(held.pid, 'SIGSTOP')
    onTestFinished(() => void process.kill(held.pid, 'SIGCONT'))
    const error = await startEmbedded({ dataDir, startTimeoutSeconds: 4 }).catch((reason: unknown) => reason)
    expect(error).toBeInstanceOf(EmbeddedError)
    expect((error as EmbeddedError).code).toBe('DIRECTORY_IN_USE')
    expect((error as EmbeddedError).message).toContain(dataDir)
  })
})
