import { resourceTrends } from '@runspan/analytics'
import { ingestRequest } from '@runspan/collector'
import { runReportHtml } from '@runspan/report'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

import { ratesOf } from '../../packages/analytics/src/statistics/trend-grid.ts'
import { makeTerminal } from '../../packages/runspan/src/terminal/terminal.ts'
import { trendsView } from '../../packages/runspan/src/terminal/trends-view.ts'
import { readRunDocument } from '../../packages/workspace/src/documents/read-run-document.ts'
import { startTestServer, type TestServer } from '../servers/clickhouse.ts'
import { hex } from './records.ts'

/*
 * Resource trends from host metrics as the OpenTelemetry collector stores them: whole seconds, cumulative counters, a process
 * that is restarted.
 */

const START = Date.parse('2026-11-20T12:00:00Z') / 1000
const nano = (seconds: number): string => `${Math.round((START + seconds) * 1000)}000000`
const text = (key: string, value: string): object => ({ key, value: { stringValue: value } })

let at: TestServer
beforeAll(async () => {
  at = await startTestServer()
  const resource = { attributes: [text('service.name', 'etl'), text('service.instance.id', 'one')] }
  const other = { attributes: [text('service.name', 'etl'), text('service.instance.id', 'two')] }
  ingestRequest(
    {
      resourceSpans: [
        {
          resource,
          scopeSpans: [
            {
              scope: { name: 'runspan' },
              spans: [
                {
                  traceId: 'a'.repeat(32),
                  spanId: 'b'.repeat(16),
                  name: 'etl',
                  startTimeUnixNano: nano(0),
                  endTimeUnixNano: nano(60),
                  attributes: [
                    text('workflow.name', 'etl'),
                    text('workflow.run.id', 'r1'),
                    text('workflow.run.status', 'completed'),
                  ],
                },
              ],
            },
          ],
        },
      ],
    },
    at.spool,
  )
  const memory = (second: number): number => 100e6 + second * 1e6
  const metrics = (who: object, value: (second: number) => number): object => ({
    resource: who,
    scopeMetrics: [
      {
        scope: { name: 'host' },
        metrics: [
          {
            name: 'process.memory.usage',
            sum: {
              aggregationTemporality: 2,
              isMonotonic: false,
              dataPoints: Array.from({ length: 80 }, (_, i) => ({
                timeUnixNano: nano(i - 10),
                startTimeUnixNano: nano(-100),
                asInt: String(value(i - 10)),
              })),
            },
          },
          {
            // half a core in user mode and a tenth in the kernel; the process restarts at second 30
            name: 'process.cpu.time',
            sum: {
              aggregationTemporality: 2,
              isMonotonic: true,
              dataPoints: [
                ['user', 0.5],
                ['system', 0.1],
              ].flatMap(([mode, cores]) =>
                Array.from({ length: 80 }, (_, i) => {
                  const second = i - 10
                  const began = second < 30 ? -100 : 30
                  return {
                    timeUnixNano: nano(second),
                    startTimeUnixNano: nano(began),
                    asDouble: (second - began) * (cores as number),
                    attributes: [text('cpu.mode', mode as string)],
                  }
                }),
              ),
            },
          },
        ],
      },
    ],
  })
  ingestRequest({ resourceMetrics: [metrics(resource, memory), metrics(other, () => 9e9)] }, at.spool)
  await at.deliver()
})
afterAll(() => at.stop())

describe('a run of a minute', () => {
  test('memory is the highest of each step, of this process only, within the run', async () => {
    const trend = await resourceTrends(at.clickhouse, { runId: 'r1', metric: 'memory', intervalSeconds: 10 })
    expect(trend).toMatchObject({ unit: 'bytes', intervalSeconds: 10, source: 'host metrics', shared: false })
    expect(trend.timestamps[0]).toBe('2026-11-20T12:00:00.000Z')
    expect(trend.values).toEqual([109e6, 119e6, 129e6, 139e6, 149e6, 159e6, 160e6])
  })

  test('CPU is a rate in cores, without a dip or spike where the process was started again', async () => {
    const { values, unit } = await resourceTrends(at.clickhouse, { runId: 'r1', metric: 'cpu', intervalSeconds: 10 })
    expect(unit).toBe('cores')
    for (const value of values) expect(value).toBeCloseTo(0.6, 1)
  })

  test('intervals under a second cannot be had from whole seconds, and the answer says so', async () => {
    expect(await resourceTrends(at.clickhouse, { runId: 'r1', metric: 'memory', intervalSeconds: 0.1 })).toMatchObject({
      intervalSeconds: 1,
    })
  })

  test('a missing measurement is empty, not zero', async () => {
    expect(await resourceTrends(at.clickhouse, { runId: 'r1', metric: 'network' })).toMatchObject({
      timestamps: [],
      values: [],
      source: 'none',
    })
  })

  test.each([
    [{ metric: 'heat' as never }, 'INVALID_METRIC'],
    [{ metric: 'cpu' as const, intervalSeconds: 0 }, 'INVALID_INTERVAL'],
    [{ metric: 'cpu' as const, intervalSeconds: Number.NaN }, 'INVALID_INTERVAL'],
    [{ metric: 'cpu' as const, intervalSeconds: 0.001 }, 'INVALID_INTERVAL'],
    [{ runId: 'nobody', metric: 'cpu' as const }, 'RUN_NOT_FOUND'],
  ])('%j is refused with %s', async (question, code) => {
    await expect(resourceTrends(at.clickhouse, { runId: 'r1', ...question })).rejects.toMatchObject({ code })
  })
})

describe('a missing measurement is a gap', () => {
  const figure = (key: string, value: number): object => text(key, String(value))
  const resource = { attributes: [text('service.name', 'gaps'), text('service.instance.id', 'three')] }
  /** A run with two tasks a second apart, `measured` or not. */
  const run = (id: string, second: number, length: number, tasks: readonly (readonly [number, number])[]): object => ({
    resource,
    scopeSpans: [
      {
        scope: { name: 'runspan' },
        spans: [
          {
            traceId: hex(id, 32),
            spanId: hex(id, 16),
            name: 'gaps',
            startTimeUnixNano: nano(second),
            endTimeUnixNano: nano(second + length),
            attributes: [
              text('workflow.name', 'gaps'),
              text('workflow.run.id', id),
              text('workflow.run.status', 'completed'),
            ],
          },
          ...tasks.map(([from, to], i) => ({
            traceId: hex(id, 32),
            spanId: hex(`${id}${i}`, 16),
            parentSpanId: hex(id, 16),
            name: `task-${i}`,
            startTimeUnixNano: nano(second + from),
            endTimeUnixNano: nano(second + to),
            attributes: [
              text('workflow.name', 'gaps'),
              text('workflow.run.id', id),
              text('workflow.task.id', `task-${i}`),
              text('workflow.task.status', 'completed'),
              figure('process.memory.peak', 95e6),
              figure('process.cpu.time.user', 0.2),
              figure('process.disk.io.read', 1000),
              figure('workflow.task.concurrency', 2),
            ],
          })),
        ],
      },
    ],
  })
  const sampled = (from: number, to: number): object => ({
    resource,
    scopeMetrics: [
      {
        scope: { name: 'host' },
        metrics: [
          {
            name: 'process.memory.usage',
            sum: {
              aggregationTemporality: 2,
              isMonotonic: false,
              dataPoints: Array.from({ length: to - from }, (_, i) => ({
                timeUnixNano: nano(from + i),
                startTimeUnixNano: nano(-100),
                asInt: String(90e6),
              })),
            },
          },
        ],
      },
    ],
  })
  const apart = [
    [0, 0.3],
    [1.8, 2.1],
  ] as const

  beforeAll(async () => {
    ingestRequest(
      {
        resourceSpans: [
          run('alone', 200, 2.1, apart), // only its tasks' measurements
          run('sampled', 300, 2.1, apart), // a sample a second
          run('long', 400, 30, [
            [0, 2],
            [20, 22],
          ]), // samples in the middle only
          run('other', 300.1, 0.1, [[0, 0.1]]),
        ],
      },
      at.spool,
    )
    ingestRequest({ resourceMetrics: [sampled(298, 304), sampled(410, 415)] }, at.spool)
    await at.deliver()
  })

  test('in a short run without samples, between its tasks: never 0', async () => {
    for (const metric of ['memory', 'cpu', 'disk'] as const) {
      const { values, source, shared } = await resourceTrends(at.clickhouse, { runId: 'alone', metric })
      expect([source, shared]).toEqual(['tasks', false]) // its own tasks ran concurrently, those of no other run
      expect(values.filter((value) => value === 0)).toEqual([])
      expect(values.filter((value) => value === null).length).toBeGreaterThan(20)
      expect(values[0]).toBeGreaterThan(0)
    }
    expect(new Set((await resourceTrends(at.clickhouse, { runId: 'alone', metric: 'memory' })).values)).toEqual(
      new Set([95e6, null]),
    )
  })

  test('samples of a second and the tasks’ own measurements are used together, in a run of two seconds, too', async () => {
    const { values, source, intervalSeconds, shared } = await resourceTrends(at.clickhouse, {
      runId: 'sampled',
      metric: 'memory',
    })
    expect([source, shared]).toEqual(['both', true])
    expect(intervalSeconds).toBeLessThan(1)
    expect(new Set(values)).toEqual(new Set([95e6, 90e6]))
  })

  test('in a long run, where neither was measured', async () => {
    const { values, timestamps } = await resourceTrends(at.clickhouse, { runId: 'long', metric: 'memory' })
    expect(timestamps).toHaveLength(30)
    const expected = (i: number): number | null => {
      if (i < 2 || (i >= 20 && i < 22)) return 95e6
      return i >= 10 && i < 15 ? 90e6 : null
    }
    expect(values).toEqual(values.map((_, i) => expected(i)))
  })

  test('charts and averages leave gaps out', async () => {
    const trend = await resourceTrends(at.clickhouse, { runId: 'alone', metric: 'memory' })
    const lines = trendsView({ runId: 'alone', trend }, makeTerminal({ width: 80, color: false, now: new Date() }))
    expect(lines.at(-1)).toContain('peak 95 MB, average 95 MB')
    expect(lines.at(-2)).toMatch(/█ {20,}█|▇ {20,}▇/)
    const document = await readRunDocument(at.clickhouse, 'alone')
    const html = runReportHtml(document)
    expect(html).not.toMatch(/NaN|Infinity/)
    expect(html).toContain('Where no task ran nothing was measured.')
  })
})

test('rates: a sample’s remainder lies where no task ran, and the whole is kept', () => {
  const grid = { begin: 0, interval: 0.1, steps: 20 }
  const tasks = [{ from: 0, to: 0.3, value: 1 }]
  const samples = [{ from: 0, to: 1, value: 0.37 }]
  const values = ratesOf(grid, { samples, tasks })
  expect(values.slice(0, 3)).toEqual([1, 1, 1].map((value) => expect.closeTo(value, 9)))
  expect(values.slice(3, 10)).toEqual(Array.from({ length: 7 }, () => expect.closeTo(0.1, 9)))
  expect(values.slice(10)).toEqual(Array.from({ length: 10 }, () => null))
  expect(ratesOf({ begin: 0, interval: 1, steps: 2 }, { samples, tasks })).toEqual([expect.closeTo(0.37, 9), null])
})
