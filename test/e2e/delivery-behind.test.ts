import { readdirSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'

import { runs, runStats, silentRuns } from '@runspan/analytics'
import type { ClickHouse } from '@runspan/clickhouse'
import { ingestRequest } from '@runspan/collector'
import { SenderLock, Spool } from '@runspan/spool'
import { afterAll, beforeAll, expect, test } from 'vitest'

import { endSilentRuns } from '../../packages/workspace/src/end-silent-runs.ts'
import { type OpenData, openData } from '../../packages/workspace/src/open-data.ts'
import { startTestServer, type TestServer } from '../servers/clickhouse.ts'
import { type Finished, runspanHere } from '../servers/command-line.ts'

/*
 * A spool whose delivery is minutes behind, because the sender has not sent it yet: heartbeats that wait in it are not
 * missing.
 */

const NOW = Date.now()

let at: TestServer
let data: OpenData
let sending: SenderLock
beforeAll(async () => {
  at = await startTestServer()
  await store('alive', 'workflow.run.started', 480)
  await store('alive', 'workflow.run.heartbeat', 300)
  await store('gone', 'workflow.run.started', 1500)
  await store('gone', 'workflow.run.heartbeat', 1200)
  await at.deliver()
  data = await openData({ data: at.dataDir })
})
afterAll(async () => {
  sending.release()
  await data.close()
  await at.stop()
})

/** Stores a record of a run, some seconds old, on another host. */
async function store(runId: string, eventName: string, secondsAgo: number): Promise<void> {
  const text = (key: string, value: string): object => ({ key, value: { stringValue: value } })
  const record = {
    timeUnixNano: `${NOW - secondsAgo * 1000}000000`,
    eventName,
    traceId: Buffer.from(runId.padEnd(16)).toString('hex'),
    spanId: Buffer.from(runId.padEnd(8)).toString('hex'),
    attributes: [text('workflow.name', 'behind'), text('workflow.run.id', runId)],
  }
  const resource = { attributes: [text('host.name', 'elsewhere'), text('process.pid', '7')] }
  ingestRequest(
    { resourceLogs: [{ resource, scopeLogs: [{ scope: { name: 'runspan' }, logRecords: [record] }] }] },
    at.spool,
  )
}

/** Leaves the same in the spool, written a moment before it happened: a segment's name has its start time. */
async function leave(runId: string, eventName: string, secondsAgo: number): Promise<void> {
  await store(runId, eventName, secondsAgo)
  at.spool.rotate()
  const begun = String(NOW - (secondsAgo + 1) * 1000).padStart(14, '0')
  for (const name of readdirSync(at.spool.directory).filter((entry) => entry.startsWith('otel_logs~')))
    renameSync(join(at.spool.directory, name), join(at.spool.directory, name.replace(/~\d{14}~/, `~${begun}~`)))
}

const statuses = async (clickhouse: ClickHouse): Promise<Record<string, string>> =>
  Object.fromEntries((await runs(clickhouse)).runs.map(({ runId, status }) => [runId, status]))

const runspan = (...args: readonly string[]): Promise<Finished> =>
  runspanHere(args, { ...process.env, RUNSPAN_DATA: at.dataDir, NO_COLOR: '1' })

test('without anything that waits both runs are lost by their silence', async () => {
  expect(await data.read(statuses)).toEqual({ alive: 'lost', gone: 'lost' })
  expect(data.behindSeconds()).toBe(0)
})

test('with signs of life that wait, silence counts up to them', async () => {
  sending = new SenderLock(at.spool.directory)
  expect(sending.tryAcquire()).toBe(true)
  await leave('alive', 'workflow.run.heartbeat', 270)
  expect(await data.read(statuses)).toEqual({ alive: 'running', gone: 'lost' })
  expect(await data.read((clickhouse) => runStats(clickhouse))).toMatchObject({ runningRuns: 1, lostRuns: 1 })
  const silent = await data.read(silentRuns)
  expect(silent.map(({ runId }) => runId)).toEqual(['gone'])
  expect(data.behindSeconds()).toBeGreaterThanOrEqual(271)
  // without access to the spool only the silence is known
  expect(await statuses(at.clickhouse)).toEqual({ alive: 'lost', gone: 'lost' })
})

test('metrics that wait say nothing of who lives', async () => {
  const waits = readdirSync(at.spool.directory).find((name) => name.startsWith('otel_logs~'))!
  const asMetrics = waits.replace('otel_logs~', 'otel_metrics_gauge~')
  renameSync(join(at.spool.directory, waits), join(at.spool.directory, asMetrics))
  expect(await data.read(statuses)).toEqual({ alive: 'lost', gone: 'lost' })
  renameSync(join(at.spool.directory, asMetrics), join(at.spool.directory, waits))
})

test('the library says that another process has not finished sending; an answer in any case is had behind', async () => {
  await expect(data.deliver(0.1)).rejects.toMatchObject({ code: 'SPOOL_BUSY' })
  await data.deliverIfFree(0.1)
})

test('on the command line the list, the run and doctor say how far behind they are', async () => {
  const [list, one, doctor] = await Promise.all([
    runspan('runs', '--json'),
    runspan('run', 'alive', '--json'),
    runspan('doctor', '--json'),
  ])
  expect(list.code, list.stderr).toBe(0)
  expect(list.stderr).toMatch(/\dm\d\ds behind: records wait in the spool/)
  const rows = JSON.parse(list.stdout) as { runId: string; status: string; behindSeconds: number }[]
  expect(rows.map(({ runId, status }) => [runId, status])).toEqual([
    ['alive', 'running'],
    ['gone', 'lost'],
  ])
  for (const { behindSeconds } of rows) expect(behindSeconds).toBeGreaterThanOrEqual(271)
  const report = JSON.parse(one.stdout) as { status: string; behindSeconds: number }
  expect(report.status).toBe('running')
  expect(report.behindSeconds).toBeGreaterThanOrEqual(271)
  const checks = JSON.parse(doctor.stdout) as { check: string; detail: string; behindSeconds?: number }[]
  const spool = checks.find(({ check }) => check === 'spool')!
  expect(spool.detail).toMatch(/wait to be taken in; answers are \dm\d\ds behind/)
  expect(spool.behindSeconds).toBeGreaterThanOrEqual(271)
})

test('up ends only what is silent up to there; once all is delivered it is silent up to now', async () => {
  const ends = new Spool({ directory: join(at.dataDir, 'ends') })
  const end = (): Promise<number> => data.read((clickhouse) => endSilentRuns(clickhouse, ends))
  expect(await end()).toBe(1)
  sending.release()
  await data.deliver()
  expect(data.behindSeconds()).toBe(0)
  expect(await data.read(statuses)).toEqual({ alive: 'lost', gone: 'lost' })
  expect(await end()).toBe(2)
  ends.close()
  rmSync(join(at.dataDir, 'ends'), { recursive: true })
})
