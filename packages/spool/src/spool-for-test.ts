import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { onTestFinished } from 'vitest'

import { SpoolError, type SpoolErrorOptions } from './errors.ts'
import type { LogRow } from './rows/log-row.ts'
import type { Source } from './rows/source.ts'
import type { SpanRow } from './rows/span-row.ts'
import type { SegmentTarget } from './sending/segment-target.ts'
import type { TelemetryTable } from './tables/index.ts'

/** Returns a directory for one test, which is removed after it. */
export function testDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), 'runspan-spool-'))
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }))
  return directory
}

/** Returns the files of a directory whose names end like this. */
export function filesOf(directory: string, ending: string): string[] {
  return readdirSync(directory)
    .filter((name) => name.endsWith(ending))
    .sort()
}

const source: Source = {
  resource: {},
  serviceName: 'test',
  resourceSchemaUrl: '',
  scopeName: '',
  scopeVersion: '',
  scopeAttributes: {},
  scopeDroppedAttributes: 0,
  scopeSchemaUrl: '',
}

export function testSpan(id: string, day = 0): SpanRow {
  return {
    source,
    start: [1_790_000_000 + day * 86_400, 0],
    duration: 1,
    traceId: 'a'.repeat(32),
    spanId: id,
    parentSpanId: '',
    traceState: '',
    name: 'span',
    kind: 'Internal',
    attributes: {},
    statusCode: 'Unset',
    statusMessage: '',
    events: [],
    links: [],
  }
}

export function testLog(body: string): LogRow {
  return {
    source,
    time: [1_790_000_000, 0],
    traceId: '',
    spanId: '',
    flags: 0,
    severityText: '',
    severityNumber: 0,
    body,
    attributes: {},
    eventName: '',
  }
}

/** Returns the error of a server's answer as a target throws it: to be retried, unless the options say otherwise. */
export function serverError(serverCode: number, message = 'no', options: SpoolErrorOptions = {}): SpoolError {
  return new SpoolError('QUERY_FAILED', message, { serverCode, ...options })
}

export const rowsRefused = (message = 'no'): SpoolError => serverError(469, message, { outcome: 'refused' })

export const memoryExceeded = (message = 'no'): SpoolError =>
  serverError(241, message, { outcome: 'shrink', isPassing: true })

export const serverAway = (): SpoolError => new SpoolError('UNREACHABLE', 'nobody there')

/**
 * A table server in memory, for states that a real one cannot be brought into: it recognises tokens as ClickHouse does, and
 * answers as the test wants. The crash and delivery tests under test/e2e use the real one.
 */
export class MemoryServer implements SegmentTarget {
  readonly calls: { readonly table: TelemetryTable; readonly token: string; readonly blocks: number }[] = []
  private readonly stored = new Map<string, { readonly table: TelemetryTable; readonly blocks: readonly Buffer[] }>()
  /** Returns an error to throw instead of storing, or null. */
  refuse: (table: TelemetryTable, blocks: readonly Uint8Array[], token: string) => Error | null = () => null

  async prepare(): Promise<void> {}

  async insertNative(...[table, blocks, token]: Parameters<SegmentTarget['insertNative']>): Promise<void> {
    this.calls.push({ table, token, blocks: blocks.length })
    const error = this.refuse(table, blocks, token)
    if (error !== null) throw error
    if (!this.stored.has(token)) this.stored.set(token, { table, blocks: blocks.map((block) => Buffer.from(block)) })
  }

  /** Returns how often each of these texts is in a table. */
  count(table: TelemetryTable, texts: readonly string[]): number[] {
    const blocks = [...this.stored.values()]
      .filter((insert) => insert.table === table)
      .flatMap((insert) => insert.blocks)
    return texts.map((text) => {
      let found = 0
      for (const block of blocks) {
        for (let from = block.indexOf(text); from >= 0; from = block.indexOf(text, from + 1)) found++
      }
      return found
    })
  }
}
