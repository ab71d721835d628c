import { ingestRequest } from '@runspan/collector'

import type { TestServer } from '../servers/clickhouse.ts'

/* Runs as plain data, and their records as an SDK would send them: to make any history for a test. */

/** Midnight of the day on which the runs happen, milliseconds since 1970. */
export const DAY: number = Date.parse('2026-11-20T00:00:00Z')

export interface TaskModel {
  readonly node: string
  readonly attempt: number
  /** Milliseconds after the run's start. */
  readonly start: number
  readonly end: number
  readonly queue: number
  readonly status: 'completed' | 'failed' | 'skipped' | 'cancelled'
  readonly dependencies: readonly string[]
}

export interface RunModel {
  readonly id: string
  readonly workflow: string
  /** Milliseconds after midnight. */
  readonly start: number
  /** None: it is still running. */
  readonly end: number | null
  readonly status: 'completed' | 'failed' | 'cancelled'
  readonly tasks: readonly TaskModel[]
}

const nano = (milliseconds: number): string => `${DAY + milliseconds}000000`
const text = (key: string, value: string): object => ({ key, value: { stringValue: value } })
/** Some hexadecimal id of this length for any text. */
export const hex = (value: string, length: number): string =>
  Buffer.from(value).toString('hex').padStart(length, '0').slice(-length)

/** A run's records as an SDK would send them: start log, task spans, run span. */
function records(run: RunModel): object[] {
  const traceId = hex(run.id, 32)
  const source = { resource: { attributes: [text('service.name', 'test')] } }
  const span = (name: string, id: string, start: number, end: number, attributes: object[]): object => ({
    resourceSpans: [
      {
        ...source,
        scopeSpans: [
          {
            scope: { name: 'runspan' },
            spans: [
              {
                traceId,
                spanId: hex(id, 16),
                name,
                startTimeUnixNano: nano(run.start + start),
                endTimeUnixNano: nano(run.start + end),
                attributes: [text('workflow.name', run.workflow), text('workflow.run.id', run.id), ...attributes],
              },
            ],
          },
        ],
      },
    ],
  })
  const log = {
    resourceLogs: [
      {
        ...source,
        scopeLogs: [
          {
            scope: { name: 'runspan' },
            logRecords: [
              {
                timeUnixNano: nano(run.start),
                eventName: 'workflow.run.started',
                traceId,
                attributes: [text('workflow.name', run.workflow), text('workflow.run.id', run.id)],
              },
            ],
          },
        ],
      },
    ],
  }
  return [
    log,
    ...run.tasks.map((task) =>
      span(task.node, `${run.id}${task.node}${task.attempt}`, task.start, task.end, [
        text('workflow.task.id', task.node),
        text('workflow.task.attempt', String(task.attempt)),
        text('workflow.task.status', task.status),
        text('workflow.task.queue_time', String(task.queue / 1000)),
        text('workflow.task.dependencies', JSON.stringify(task.dependencies)),
      ]),
    ),
    ...(run.end === null ? [] : [span(run.workflow, run.id, 0, run.end, [text('workflow.run.status', run.status)])]),
  ]
}

/** Takes the runs' records in as OTLP, in random order and some twice, in two deliveries. */
export async function storeRuns(at: TestServer, models: readonly RunModel[], seed: number): Promise<void> {
  const all = models.flatMap(records)
  const doubled = [...all, ...all.filter((_, i) => (i + seed) % 3 === 0)]
  const shuffled = doubled
    .map((record, i) => ({ record, key: Math.sin(i * 12.9898 + seed) }))
    .toSorted((a, b) => a.key - b.key)
  const half = Math.ceil(shuffled.length / 2)
  for (const part of [shuffled.slice(0, half), shuffled.slice(half)]) {
    for (const { record } of part) ingestRequest(record, at.spool)
    await at.deliver()
  }
}
