import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'

import { ClickHouse, clickHouseTarget } from '@runspan/clickhouse'
import { Sender } from '@runspan/spool'
import { expect, onTestFinished, test } from 'vitest'

import { startTestServer } from '../servers/clickhouse.ts'
import { killed } from '../servers/kill.ts'
import { SpanLoad } from '../servers/span-load.mjs'

/*
 * Nothing that a receiver has acknowledged is lost or stored twice, whichever process is killed. The programs run the build.
 */

function program(name: string, ...args: string[]): ChildProcess {
  const file = fileURLToPath(new URL(`children/${name}.mjs`, import.meta.url))
  const child = spawn(process.execPath, [file, ...args], { stdio: ['ignore', 'pipe', 'ignore'] })
  onTestFinished(() => void child.kill('SIGKILL'))
  return child
}

async function startReceiving(directory: string, port: string): Promise<{ child: ChildProcess; port: string }> {
  const child = program('receiving', directory, port)
  const [line] = (await once(child.stdout!, 'data')) as [Buffer]
  return { child, port: line.toString().trim() }
}

test('receiver, sender and server killed in turn under load', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'runspan-receiver-crash-'))
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }))
  const spool = join(directory, 'spool')
  const first = await startTestServer({ alone: true })
  onTestFinished(() => first.stop())
  const { server } = first
  const { url, user, password, database } = server
  const connection = { url, user, password, database }
  let receiving = await startReceiving(spool, '0')
  const load = new SpanLoad(() => `http://127.0.0.1:${receiving.port}`)
  let sending = program('sending', spool, JSON.stringify(connection))
  for (let round = 0; round < 9; round++) {
    await sleep(250 + Math.random() * 200)
    if (round % 3 === 0) {
      receiving.child.kill('SIGKILL')
      await once(receiving.child, 'exit')
      receiving = await startReceiving(spool, receiving.port)
    } else if (round % 3 === 1) {
      sending.kill('SIGKILL')
      sending = program('sending', spool, JSON.stringify(connection))
    } else {
      // its owner restarts it on the same port; after the last kill that may still be in progress
      while (!killed(server.pid)) await sleep(20)
    }
  }
  await load.stop()
  receiving.child.kill('SIGKILL')
  await once(receiving.child, 'exit')
  if (sending.kill('SIGKILL')) await once(sending, 'exit')
  const clickhouse = new ClickHouse(connection)
  onTestFinished(() => clickhouse.close())
  const answers = (): Promise<boolean> =>
    clickhouse.query('SELECT 1').then(
      () => true,
      () => false,
    )
  await expect.poll(answers).toBe(true)
  const sender = new Sender({ directory: spool, target: clickHouseTarget(clickhouse) })
  expect(await sender.send()).toMatchObject({ done: true, error: null })
  await sender.stop()
  const rows = await clickhouse.query<{ name: string; n: number }>(
    'SELECT SpanName AS name, toFloat64(count()) AS n FROM otel_traces GROUP BY name',
  )
  const stored = new Map(rows.map(({ name, n }) => [name, n]))
  expect(load.acknowledged.length).toBeGreaterThan(100)
  expect(load.acknowledged.filter((name) => !stored.has(name))).toEqual([])
  expect(rows.filter(({ n }) => n > 1)).toEqual([])
})
