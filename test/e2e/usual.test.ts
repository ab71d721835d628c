import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { keyMetrics, longerThanUsual, usualDurations } from '@runspan/analytics'
import { LiveMonitor, TaskManager } from '@runspan/tracking'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'

import { ClickHouseReader } from '../../packages/runspan/src/clickhouse-reader.ts'
import { startTestServer, type TestServer } from '../servers/clickhouse.ts'
import { runspanHere } from '../servers/command-line.ts'
import { DAY, type RunModel, storeRuns } from './records.ts'

/*
 * "Usual" has one definition: the completed runs of the workflow that started before a run, at least five. Every view says
 * the same.
 */

const MINUTE = 60_000

let at: TestServer
let folder: string
beforeAll(async () => {
  at = await startTestServer()
  folder = mkdtempSync(join(tmpdir(), 'runspan-usual-'))
})
afterAll(async () => {
  rmSync(folder, { recursive: true, force: true })
  await at.stop()
})

const model = (id: string, minute: number, seconds: number | null, more: Partial<RunModel> = {}): RunModel => ({
  id,
  workflow: 'usual',
  start: minute * MINUTE,
  end: seconds === null ? null : seconds * 1000,
  status: 'completed',
  tasks: [
    { node: 'a', attempt: 1, start: 0, end: (seconds ?? 1) * 500, queue: 0, status: 'completed', dependencies: [] },
  ],
  ...more,
})

async function runspan(...args: string[]): Promise<string> {
  const { url, user, password, database } = at.server
  const clickhouse = `http://${user}:${encodeURIComponent(password)}@${new URL(url).host}/${database}`
  const { FORCE_COLOR: _, ...rest } = process.env
  const env = { ...rest, RUNSPAN_CLICKHOUSE_URL: clickhouse, RUNSPAN_DATA: at.dataDir, COLUMNS: '160' }
  const { code, stdout, stderr } = await runspanHere(args, env)
  expect(code, stderr).toBe(0)
  return stdout
}

const words = (html: string): string =>
  html
    .replaceAll(/<(style|script)[^>]*>[\s\S]*?<\/\1>/g, '')
    .replaceAll(/<[^>]*>/g, ' ')
    .replaceAll(/[\u202F\u00A0\s]+/g, ' ')

/** Returns what each view says of run `now`, which took twice as long as the runs before it. */
async function faces(): Promise<Record<string, string | undefined>> {
  const list = await runspan('runs', '--workflow', 'usual', '--since', '3650d')
  const one = await runspan('run', 'now')
  await runspan('report', 'now', '-o', join(folder, 'now.html'))
  await runspan('report', 'now', '--format', 'markdown', '-o', join(folder, 'now.md'))
  await runspan('dashboard', 'usual', '--since', '3650d', '-o', folder)
  const dashboard = words(readFileSync(join(folder, 'dashboard.html'), 'utf8'))
  return {
    runs: /\bnow\b.*? ([+−]\d+%|same)/.exec(list)?.[1],
    run: /against usual\s+(.*?)\. The last/.exec(one)?.[1],
    report: /Against usual (.*?)\. The last/.exec(words(readFileSync(join(folder, 'now.html'), 'utf8')))?.[1],
    markdown: /(\d+ % longer than usual)/.exec(words(readFileSync(join(folder, 'now.md'), 'utf8')))?.[1],
    dashboard: /\bnow ✓ completed .*? ([+−]\d+ %|same|–)/.exec(dashboard)?.[1],
  }
}

test('every face compares a run with the completed runs before it, and later runs change nothing', async () => {
  await storeRuns(
    at,
    [
      ...Array.from({ length: 6 }, (_, i) => model(`before-${i}`, i * 10, 10)),
      model('broken', 61, 0.1, { status: 'failed' }),
      model('stopped', 62, 500, { status: 'cancelled' }),
      model('now', 70, 20),
    ],
    1,
  )
  const first = await faces()
  expect(first).toEqual({
    runs: '+100%',
    run: '100% longer than usual',
    report: '100 % longer than usual',
    markdown: '100 % longer than usual',
    dashboard: '+100 %',
  })
  await storeRuns(
    at,
    Array.from({ length: 11 }, (_, i) => model(`later-${i}`, 80 + i, 40)),
    2,
  )
  expect(await faces()).toEqual(first)
  expect(await keyMetrics(at.clickhouse, 'now')).toMatchObject({ usualDurationSeconds: 10, durationRatio: 2 })
})

test('with fewer than five earlier completed runs there is no usual duration, whatever came later', async () => {
  const list = await runspan('runs', '--workflow', 'usual', '--since', '3650d', '--limit', '50')
  const line = list.split('\n').find((text) => text.includes('before-4'))
  expect(line).not.toMatch(/[+−]\d+%|same/)
  expect(await runspan('run', 'before-4')).toContain('Not enough earlier runs to say what is usual')
  expect(list.split('\n').find((text) => text.includes('before-5'))).toContain('same')
})

test('equals its definition for each of many runs at once: the last twenty, to the nanosecond, of its own workflow', async () => {
  const models = Array.from({ length: 90 }, (_, i) =>
    model(`m-${i}`, 200 + ((i * 37) % 90), 5 + ((i * 7919) % 23), {
      workflow: i % 3 === 0 ? 'many' : 'more',
      status: i % 7 === 0 ? 'failed' : 'completed',
    }),
  )
  await storeRuns(at, models, 3)
  const usual = await usualDurations(
    at.clickhouse,
    models.map(({ workflow, start }) => ({ workflow, startTime: new Date(DAY + start).toISOString() })),
  )
  const expected = models.map(({ workflow, start }) => {
    const before = models
      .filter((other) => other.workflow === workflow && other.status === 'completed' && other.start < start)
      .toSorted((a, b) => a.start - b.start)
      .slice(-20)
      .map(({ end }) => end! / 1000)
    const sorted = before.toSorted((a, b) => a - b)
    const half = sorted.length >> 1
    return before.length < 5
      ? null
      : {
          runs: before.length,
          medianSeconds: sorted.length % 2 === 1 ? sorted[half]! : (sorted[half - 1]! + sorted[half]!) / 2,
          seconds: before,
        }
  })
  expect(
    usual.map(
      (one) =>
        one && {
          runs: one.runs,
          medianSeconds: one.medianSeconds,
          seconds: one.durations.map(({ seconds }) => seconds),
        },
    ),
  ).toEqual(expected)
  expect(expected.filter((one) => one !== null).length).toBeGreaterThan(50)
})

test('alerts and what is watched use it, too', async () => {
  const now = Date.now() - DAY
  const day = 86_400_000
  await storeRuns(
    at,
    [
      ...Array.from({ length: 30 }, (_, i) =>
        model(`old-${i}`, (now - 20 * day + i * 3_600_000) / MINUTE, 10 + (i % 3) * 0.1, { workflow: 'alerted' }),
      ),
      ...Array.from({ length: 25 }, (_, i) =>
        model(`new-${i}`, (now - 3 * day + i * 3_600_000) / MINUTE, 30, { workflow: 'alerted' }),
      ),
      model('as-usual', (now - 600_000) / MINUTE, 30, { workflow: 'alerted' }),
      model('far', (now - 500_000) / MINUTE, 90, { workflow: 'alerted' }),
    ],
    4,
  )
  const found = await longerThanUsual(at.clickhouse, {
    workflow: 'alerted',
    from: new Date(Date.now() - 3_600_000),
    to: new Date(),
  })
  const [usual] = await usualDurations(at.clickhouse, [
    { workflow: 'alerted', startTime: new Date(now + DAY - 500_000).toISOString() },
  ])
  expect(found.map(({ runId }) => runId).filter((id) => id === 'as-usual')).toEqual([])
  for (const one of found) expect(one).toMatchObject({ usualSeconds: usual!.medianSeconds, usualRuns: usual!.runs })

  const reader = new ClickHouseReader((question) => question(at.clickhouse))
  const manager = new TaskManager({ reader })
  const monitor = await new LiveMonitor(manager).start()
  const run = manager.startRun('alerted')
  await vi.waitFor(() => expect(monitor.getStats().runs[0]?.longerThanUsual).toBe(false))
  expect(monitor.getStats().runs[0]!.estimatedSecondsLeft).toBeGreaterThan(20)
  run.complete()
  await monitor.stop()
})
