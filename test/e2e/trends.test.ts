import { resourceTrends } from '@runspan/analytics'
import { ingestRequest } from '@runspan/collector'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

import { startTestServer, type TestServer } from '../servers/clickhouse.ts'

/* Resource trends from host metrics as the OpenTelemetry collector keeps them: whole seconds, cumulative counters, a process that is started again. */

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
            // half a core in user mode and a tenth in the kernel; the process starts again at second 30
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

  test('what was not measured is empty, not zero', async () => {
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
