import { ingestRequest } from '@runspan/collector'

import type { TestServer } from '../servers/clickhouse.ts'

/* Runs as plain data, and their records as an SDK would send them, to create any history for a test. */

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
  readonly error?: { readonly type: string; readonly message: string } | undefined
  /** Node and attempt of the task inside which it ran. */
  readonly inside?: { readonly node: string; readonly attempt: number } | undefined
  /** Its own measurements, by the names of the attributes. */
  readonly measured?: Readonly<Record<string, number>> | undefined
}

export interface RunModel {
  readonly id: string
  readonly workflow: string
  /** Milliseconds after midnight. */
  readonly start: number
  /** Null for a running run. */
  readonly end: number | null
  readonly status: 'completed' | 'failed' | 'cancelled'
  readonly tasks: readonly TaskModel[]
  readonly version?: string | undefined
  readonly instance?: string | undefined
  readonly metadata?: Readonly<Record<string, string>> | undefined
  /** Tasks that have started and not ended, milliseconds after the run's start. */
  readonly openTasks?: readonly { readonly node: string; readonly start: number }[] | undefined
  /** Milliseconds after midnight of the last heartbeat, for a run that has not ended. */
  readonly seen?: number | undefined
}

/** The id of an attempt's span. */
export const spanId = (run: string, node: string, attempt: number): string => {
  let [a, b] = [0x811c9dc5, 0x1000193]
  for (const character of `${run} ${node} ${attempt}`) {
    a = Math.imul(a ^ character.codePointAt(0)!, 0x01000193) >>> 0
    b = Math.imul(b ^ character.codePointAt(0)!, 0x85ebca6b) >>> 0
  }
  return a.toString(16).padStart(8, '0') + b.toString(16).padStart(8, '0')
}

const nano = (milliseconds: number): string => `${DAY + milliseconds}000000`
const text = (key: string, value: string): object => ({ key, value: { stringValue: value } })
/** Returns a hexadecimal id of this length for any text. */
export const hex = (value: string, length: number): string =>
  Buffer.from(value).toString('hex').padStart(length, '0').slice(-length)

/** Returns a run's records as an SDK would send them: start log, task spans, run span. */
function records(run: RunModel): object[] {
  const traceId = hex(run.id, 32)
  const source = {
    resource: {
      attributes: [
        text('service.name', 'test'),
        ...(run.version === undefined ? [] : [text('service.version', run.version)]),
        ...(run.instance === undefined ? [] : [text('service.instance.id', run.instance)]),
      ],
    },
  }
  const span = (
    name: string,
    id: string,
    start: number,
    end: number,
    attributes: object[],
    more: object = {},
  ): object => ({
    resourceSpans: [
      {
        ...source,
        scopeSpans: [
          {
            scope: { name: 'runspan' },
            spans: [
              {
                traceId,
                spanId: id,
                name,
                startTimeUnixNano: nano(run.start + start),
                endTimeUnixNano: nano(run.start + end),
                attributes: [text('workflow.name', run.workflow), text('workflow.run.id', run.id), ...attributes],
                ...more,
              },
            ],
          },
        ],
      },
    ],
  })
  const log = (eventName: string, time: number, id: string, attributes: object[] = []): object => ({
    resourceLogs: [
      {
        ...source,
        scopeLogs: [
          {
            scope: { name: 'runspan' },
            logRecords: [
              {
                timeUnixNano: nano(time),
                eventName,
                traceId,
                spanId: id,
                attributes: [text('workflow.name', run.workflow), text('workflow.run.id', run.id), ...attributes],
              },
            ],
          },
        ],
      },
    ],
  })
  const runSpan = spanId(run.id, '', 0)
  return [
    log('workflow.run.started', run.start, runSpan),
    ...(run.seen === undefined ? [] : [log('workflow.run.heartbeat', run.seen, runSpan)]),
    ...(run.openTasks ?? []).map(({ node, start }) =>
      log('workflow.task.started', run.start + start, spanId(run.id, node, 1), [
        text('workflow.task.id', node),
        text('workflow.task.attempt', '1'),
      ]),
    ),
    ...run.tasks.map((task) =>
      span(
        task.node,
        spanId(run.id, task.node, task.attempt),
        task.start,
        task.end,
        [
          text('workflow.task.id', task.node),
          text('workflow.task.attempt', String(task.attempt)),
          text('workflow.task.status', task.status),
          text('workflow.task.queue_time', String(task.queue / 1000)),
          text('workflow.task.dependencies', JSON.stringify(task.dependencies)),
          ...(task.error === undefined ? [] : [text('error.type', task.error.type)]),
          ...Object.entries(task.measured ?? {}).map(([key, value]) => text(key, String(value))),
        ],
        {
          parentSpanId: task.inside === undefined ? runSpan : spanId(run.id, task.inside.node, task.inside.attempt),
          ...(task.error === undefined ? {} : { status: { code: 2, message: task.error.message } }),
        },
      ),
    ),
    ...(run.end === null
      ? []
      : [
          span(run.workflow, runSpan, 0, run.end, [
            text('workflow.run.status', run.status),
            ...(run.metadata === undefined ? [] : [text('workflow.run.metadata', JSON.stringify(run.metadata))]),
          ]),
        ]),
  ]
}

/** Stores the runs' records as OTLP, in random order and some twice, in two deliveries. */
export async function storeRuns(
  at: Pick<TestServer, 'spool' | 'deliver'>,
  models: readonly RunModel[],
  seed: number,
): Promise<void> {
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
