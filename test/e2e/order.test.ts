import { run as readRun } from '@runspan/analytics'
import { ingestRequest } from '@runspan/collector'
import { afterAll, beforeAll, expect, test } from 'vitest'

import { startTestServer, type TestServer } from '../servers/clickhouse.ts'
import { fc } from './fast-check.ts'
import { hex } from './records.ts'

/* In whatever order and however often a run's records arrive, the tables are the same in the end. */

let at: TestServer
beforeAll(async () => {
  at = await startTestServer()
})
afterAll(() => at.stop())

/** Two hours ago: a run without an end has been silent for a long time. */
const START = Math.floor(Date.now() / 1000) * 1000 - 7_200_000

/** A record of a run; `at` is seconds after its start. */
type Happening =
  | {
      readonly kind: 'log'
      readonly event: string
      readonly at: number
      readonly node?: string
      readonly done?: number
    }
  | {
      readonly kind: 'end'
      readonly status: string
      readonly at: number
      readonly node?: string
      readonly begun: number
    }

const text = (key: string, value: string): object => ({ key, value: { stringValue: value } })
const nano = (seconds: number): string => `${START + Math.round(seconds * 1000)}000000`

/** Unique, like span ids: a task's row is identified by it and its start. */
function spanIdOf(runId: string, node = '-'): string {
  return hex(`${runId.slice(-7)}${node}`, 16)
}

function record(happening: Happening, runId: string): object {
  const { node } = happening
  const resource = { attributes: [text('service.name', 'order')] }
  const common = { traceId: hex(runId, 32), spanId: spanIdOf(runId, node) }
  const attributes = [
    text('workflow.name', 'order'),
    text('workflow.run.id', runId),
    ...(node === undefined ? [] : [text('workflow.task.id', node)]),
  ]
  if (happening.kind === 'log') {
    const { event, done } = happening
    const log = {
      ...common,
      timeUnixNano: nano(happening.at),
      eventName: event,
      attributes: [...attributes, ...(done === undefined ? [] : [text('workflow.task.progress.done', String(done))])],
    }
    return { resourceLogs: [{ resource, scopeLogs: [{ scope: { name: 'runspan' }, logRecords: [log] }] }] }
  }
  const span = {
    ...common,
    parentSpanId: node === undefined ? '' : spanIdOf(runId),
    name: node ?? 'order',
    startTimeUnixNano: nano(happening.begun),
    endTimeUnixNano: nano(happening.at),
    attributes: [
      ...attributes,
      text(node === undefined ? 'workflow.run.status' : 'workflow.task.status', happening.status),
    ],
  }
  return { resourceSpans: [{ resource, scopeSpans: [{ scope: { name: 'runspan' }, spans: [span] }] }] }
}

const seconds = (from: number, to: number): fc.Arbitrary<number> => fc.integer({ min: from, max: to })

/** A task that starts, sometimes reports progress, and mostly ends; some are first marked as lost. */
const task = (node: string): fc.Arbitrary<Happening[]> =>
  fc
    .record({
      begun: seconds(1, 50),
      progress: fc.array(seconds(51, 80), { maxLength: 3 }),
      lost: fc.boolean(),
      end: fc.option(fc.constantFrom('completed', 'failed', 'cancelled')),
    })
    .map(({ begun, progress, lost, end }) => [
      { kind: 'log' as const, event: 'workflow.task.started', node, at: begun },
      ...progress.map((at_) => ({ kind: 'log' as const, event: 'workflow.task.progress', node, at: at_, done: at_ })),
      ...(lost ? [{ kind: 'end' as const, status: 'lost', node, begun, at: 85 }] : []),
      ...(end === null ? [] : [{ kind: 'end' as const, status: end, node, begun, at: 90 }]),
    ])

/** A run that sends heartbeats for a while, may be marked as lost, may be resumed, and may end, even twice. */
const history: fc.Arbitrary<Happening[]> = fc
  .record({
    beats: fc.array(seconds(30, 400), { maxLength: 5 }),
    lost: fc.option(seconds(100, 300)),
    resumed: fc.option(seconds(301, 500)),
    ends: fc.uniqueArray(
      fc.record({ at: seconds(100, 600), status: fc.constantFrom('completed', 'failed', 'cancelled') }),
      { maxLength: 2, selector: (end) => end.at },
    ),
    tasks: fc.tuple(task('a'), task('b')),
  })
  .map(({ beats, lost, resumed, ends, tasks }) => [
    { kind: 'log' as const, event: 'workflow.run.started', at: 0 },
    ...beats.map((at_) => ({ kind: 'log' as const, event: 'workflow.run.heartbeat', at: at_ })),
    ...(lost === null ? [] : [{ kind: 'end' as const, status: 'lost', begun: 0, at: lost }]),
    ...(resumed === null ? [] : [{ kind: 'log' as const, event: 'workflow.run.started', at: resumed }]),
    ...ends.map(({ at: at_, status }) => ({ kind: 'end' as const, status, begun: 0, at: at_ })),
    ...tasks.flat(),
  ])

let count = 0

/** Delivers the records in this order, some of them twice, in `deliveries` deliveries; returns what readers see. */
async function tell(happenings: readonly Happening[], order: readonly number[], deliveries: number): Promise<unknown> {
  const runId = `order-${String(count++).padStart(6, '0')}`
  const ordered = order.map((index) => happenings[index % happenings.length]!)
  const missing = happenings.filter((happening) => !ordered.includes(happening))
  const all = [...ordered, ...missing]
  for (let i = 0; i < deliveries; i++) {
    const part = all.slice((all.length * i) / deliveries, (all.length * (i + 1)) / deliveries)
    for (const happening of part) ingestRequest(record(happening, runId), at.spool)
    await at.deliver()
  }
  const seen = await readRun(at.clickhouse, runId)
  const same = JSON.stringify({ ...seen, traceId: '' })
    .replaceAll(runId, 'RUN')
    .replaceAll(spanIdOf(runId, 'a'), 'A')
    .replaceAll(spanIdOf(runId, 'b'), 'B')
  return JSON.parse(same) as unknown
}

test('any order, any number of times: the same run', async () => {
  await fc.assert(
    fc.asyncProperty(
      history,
      fc.array(fc.array(fc.nat(100), { minLength: 1, maxLength: 40 }), { minLength: 3, maxLength: 3 }),
      fc.integer({ min: 1, max: 3 }),
      async (happenings, orders, deliveries) => {
        const straight = await tell(happenings, [], 1)
        for (const order of orders) expect(await tell(happenings, order, deliveries)).toEqual(straight)
      },
    ),
    { numRuns: process.env['RUNSPAN_TEST_ALL'] === '1' ? 20 : 6, endOnFailure: true, interruptAfterTimeLimit: 50_000 },
  )
})

test('the latest final record wins, and lost is not final; a later heartbeat means that it was resumed', async () => {
  const started = { kind: 'log' as const, event: 'workflow.run.started', at: 0 }
  const end = (status: string, at_: number): Happening => ({ kind: 'end', status, begun: 0, at: at_ })
  const status = async (...happenings: Happening[]): Promise<string> =>
    ((await tell(happenings, [], 1)) as { status: string }).status
  expect(await status(started, end('failed', 100), end('completed', 200))).toBe('completed')
  expect(await status(started, end('completed', 100), end('failed', 200))).toBe('failed')
  expect(await status(started, end('completed', 100), end('lost', 300))).toBe('completed')
  expect(await status(started, end('lost', 300))).toBe('lost')
  const now = (Date.now() - START) / 1000
  expect(await status(started, end('lost', 300), { ...started, at: now - 5 })).toBe('running')
})
