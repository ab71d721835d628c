import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterEach, beforeEach, expect, test, vi } from 'vitest'

import { writerName } from '../owners/owner.ts'
import type { SpanRow } from '../rows/span-row.ts'
import type { Spool } from '../spool.ts'
import { closeAbandoned } from './close-abandoned.ts'
import { openSpansIn } from './journal-line.ts'
import { OpenSpanJournal } from './open-span-journal.ts'

let directory: string
beforeEach(() => {
  directory = join(mkdtempSync(join(tmpdir(), 'runspan-open-')), 'open')
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
  rmSync(join(directory, '..'), { recursive: true, force: true })
})

const scope = { name: 'runspan', version: '1' }
const resource = { attributes: { 'service.name': 'etl' } }
type Span = Parameters<OpenSpanJournal['onStart']>[0]

function span(id: number, task?: string): Span {
  const spanId = id.toString(16).padStart(16, '0')
  return {
    name: task ?? 'nightly',
    kind: 0,
    spanContext: () => ({ traceId: 'ab'.repeat(16), spanId, traceFlags: 1 }),
    startTime: [1_790_000_000, id],
    duration: [-1, -1],
    status: { code: 0 },
    attributes: {
      'workflow.name': 'nightly',
      'workflow.run.id': 'run-1',
      'workflow.run.metadata': 'x'.repeat(500),
      ...(task === undefined ? {} : { 'workflow.task.id': task, 'workflow.task.attempt': 1 }),
    },
    events: [],
    links: [],
    resource,
    instrumentationScope: scope,
  } as unknown as Span
}

const file = (): string => readFileSync(join(directory, readdirSync(directory)[0]!), 'utf8')
const open = (): string[] => openSpansIn(file()).map(({ span: one }) => one.spanId.replace(/^0+/, ''))

test('a span that is open longer than a moment is recorded, and removed when it ends', () => {
  const journal = new OpenSpanJournal(directory)
  const [run, task, short] = [span(1), span(2, 'load'), span(3, 'short')]
  journal.onStart(run)
  journal.onStart(short)
  journal.onEnd(short)
  journal.onStart(span(9))
  expect(existsSync(directory)).toBe(false)
  vi.advanceTimersByTime(250)
  journal.onStart(task)
  vi.advanceTimersByTime(250)
  expect(open()).toEqual(['1', '9', '2'])
  expect(file()).not.toContain('xxx')
  journal.onEnd(task)
  vi.advanceTimersByTime(250)
  expect(open()).toEqual(['1', '9'])
  journal.close()
  expect(readdirSync(directory)).toEqual([])
  expect(vi.getTimerCount()).toBe(0)
})

test('without open spans there is no file and no timer', () => {
  const journal = new OpenSpanJournal(directory)
  const run = span(1)
  journal.onStart(run)
  vi.advanceTimersByTime(1000)
  journal.onEnd(run)
  expect(readdirSync(directory)).toEqual([])
  expect(vi.getTimerCount()).toBe(0)
})

test('spans of others, and unsampled ones, are left out', () => {
  const journal = new OpenSpanJournal(directory)
  journal.onStart({ ...span(1), instrumentationScope: { name: 'http' } })
  journal.onStart({ ...span(2), spanContext: () => ({ traceId: 'ab'.repeat(16), spanId: '2', traceFlags: 0 }) })
  expect(vi.getTimerCount()).toBe(0)
})

test('a long life does not make a long file', () => {
  const journal = new OpenSpanJournal(directory)
  const run = span(1)
  journal.onStart(run)
  for (let i = 2; i < 12_000; i++) {
    const task = span(i, `task-${i}`)
    journal.onStart(task)
    if (i % 500 === 0) vi.advanceTimersByTime(250)
    if (i > 500) journal.onEnd(task)
  }
  vi.advanceTimersByTime(500)
  expect(file().length).toBeLessThan(2_500_000)
  expect(open()).toContain('1')
  journal.close()
})

/** A spool that only records calls. */
class Kept {
  readonly rows: SpanRow[] = []
  add(_table: 'otel_traces', row: SpanRow): void {
    this.rows.push(row)
  }
  rotate(): void {
    // writes nothing
  }
}

function leave(writer: string, end = ''): void {
  const journal = new OpenSpanJournal(directory)
  journal.onStart(span(1))
  journal.onStart(span(2, 'load'))
  vi.advanceTimersByTime(250)
  const [name] = readdirSync(directory)
  const left = `${file()}${end}`
  journal.close()
  writeFileSync(join(directory, writer), left)
  utimesSync(join(directory, writer), 1_790_000_060, 1_790_000_060)
  expect(name).toBeDefined()
}

const gone = (): string => writerName().replace(/\.\d+\.\d+\.(\d+-)/, '.999999999.1.$1')

test('the open spans of a process that has gone are ended once, at its last heartbeat', () => {
  leave(gone(), '{"end":"00000000')
  const spool = new Kept()
  expect(closeAbandoned(directory, spool as unknown as Spool)).toEqual({ runs: 1, tasks: 1 })
  expect(spool.rows.map(({ spanId, attributes, duration }) => [spanId, attributes, duration])).toEqual([
    [
      '0000000000000001',
      {
        'workflow.name': 'nightly',
        'workflow.run.id': 'run-1',
        'workflow.run.status': 'lost',
        'workflow.run.reason': 'process 999999999 ended without a word',
      },
      60e9 - 1,
    ],
    [
      '0000000000000002',
      {
        'workflow.name': 'nightly',
        'workflow.run.id': 'run-1',
        'workflow.task.id': 'load',
        'workflow.task.attempt': 1,
        'workflow.task.status': 'lost',
        'workflow.task.reason': 'process 999999999 ended without a word',
      },
      60e9 - 2,
    ],
  ])
  expect(readdirSync(directory)).toEqual([])
  expect(closeAbandoned(directory, spool as unknown as Spool)).toEqual({ runs: 0, tasks: 0 })
})

test('a live run, or one that was only silent for a while on another host, is not ended', () => {
  const spool = new Kept() as unknown as Spool
  leave(writerName())
  expect(closeAbandoned(directory, spool)).toEqual({ runs: 0, tasks: 0 })
  rmSync(directory, { recursive: true })
  for (const elsewhere of ['another-host.abcdefabcdef.1.1.1.0-abcd', gone().replace(/\.\d+\.999/, '.1.999')]) {
    leave(elsewhere)
    const now = Date.now() / 1000
    utimesSync(join(directory, elsewhere), now, now)
    expect(closeAbandoned(directory, spool)).toEqual({ runs: 0, tasks: 0 })
    const path = join(directory, `${elsewhere}0`) // a file that was not seen before
    renameSync(join(directory, elsewhere), path)
    utimesSync(path, now - 700, now - 700)
    expect(closeAbandoned(directory, spool)).toEqual({ runs: 1, tasks: 1 })
  }
})

test('a process killed while ending them leaves them to the next; other files are not touched', () => {
  leave(`${gone()}~${gone()}`)
  writeFileSync(join(directory, 'README'), 'not ours')
  const spool = new Kept() as unknown as Spool
  expect(closeAbandoned(directory, spool)).toEqual({ runs: 1, tasks: 1 })
  expect(readdirSync(directory)).toEqual(['README'])
})
