import { closeSync, futimesSync, mkdirSync, openSync, renameSync, rmSync, writeSync } from 'node:fs'
import { join } from 'node:path'

import { TraceFlags } from '@opentelemetry/api'
import { attributes as names } from '@runspan/model'

import { SdkSources } from '../exporters/sdk-source.ts'
import { type SdkSpan, spanRow } from '../exporters/sdk-span.ts'
import { log, textOf } from '../log.ts'
import { countOwnWrite } from '../own-io.ts'
import { writerName } from '../owners/owner.ts'
import type { Source } from '../rows/source.ts'
import { type JournalLine, openSpanOf } from './journal-line.ts'

/** Milliseconds between writes: spans that end sooner are never written. */
const TICK_MS = 250
/**
 * Size from which a journal is rewritten without ended spans, if it is also twice as large as after the last rewrite.
 */
const LONG_BYTES = 1024 * 1024
/** Maximum open spans that are watched; others are found by their silence. */
const MOST_SPANS = 100_000

/** Fields that the SDK's spans have while they are open, in addition to `SdkSpan`. */
type OpenSdkSpan = SdkSpan & { readonly instrumentationScope: { readonly name: string } }

/**
 * Span processor that records the open runs and tasks of this process, so that another process can end them after a crash.
 * The file's modification time is the last heartbeat. Nothing is written for spans that end within a quarter of a second.
 */
export class OpenSpanJournal {
  private readonly directory: string
  private readonly path: string
  private readonly sdkSources = new SdkSources()
  /** Open spans in the order of their start, and whether they are in the file. */
  private readonly open = new Map<OpenSdkSpan, boolean>()
  private readonly sources = new Map<Source, number>()
  private ended: string[] = []
  private descriptor: number | null = null
  private bytes = 0
  private longBytes = LONG_BYTES
  private timer: NodeJS.Timeout | undefined
  private off = false

  /** The directory is created with the first write. */
  constructor(directory: string) {
    this.directory = directory
    this.path = join(directory, writerName())
  }

  onStart(span: OpenSdkSpan): void {
    if (span.instrumentationScope.name !== names.SCOPE_NAME || this.off) return
    if ((span.spanContext().traceFlags & TraceFlags.SAMPLED) === 0 || this.open.size >= MOST_SPANS) return
    this.open.set(span, false)
    this.timer ??= setInterval(() => this.tick(), TICK_MS).unref()
  }

  onEnd(span: OpenSdkSpan): void {
    const written = this.open.get(span)
    if (written === undefined) return
    this.open.delete(span)
    if (written) this.ended.push(span.spanContext().spanId)
    if (this.open.size === 0) this.rest()
  }

  async forceFlush(): Promise<void> {
    this.tick()
  }

  /** Ends the journal: no span is open any more, or none is to be recorded. */
  async shutdown(): Promise<void> {
    this.close()
  }

  /** Deletes the file: spans that are still open leave no trace if the process crashes. */
  close(): void {
    this.off = true
    this.open.clear()
    this.rest()
  }

  private rest(): void {
    clearInterval(this.timer)
    this.timer = undefined
    this.ended = []
    this.sources.clear()
    this.bytes = 0
    this.longBytes = LONG_BYTES
    if (this.descriptor === null) return
    closeSync(this.descriptor)
    this.descriptor = null
    rmSync(this.path, { force: true })
  }

  private tick(): void {
    if (this.off) return
    try {
      if (this.bytes > this.longBytes) this.shorten()
      this.append(this.news())
    } catch (error) {
      // a run that crashes is then found by its silence
      log('warn', `open runs cannot be recorded in ${this.directory}: ${textOf(error)}`)
      this.close()
    }
  }

  private news(): JournalLine[] {
    const lines: JournalLine[] = this.ended.map((end) => ({ end }))
    this.ended = []
    for (const [span, written] of this.open) {
      if (written) continue
      this.open.set(span, true)
      lines.push(...this.linesOf(span))
    }
    return lines
  }

  private linesOf(span: OpenSdkSpan): JournalLine[] {
    const row = spanRow(span, this.sdkSources)
    const known = this.sources.get(row.source)
    const from = known ?? this.sources.size
    const open = { open: openSpanOf(row), from }
    if (known !== undefined) return [open]
    this.sources.set(row.source, from)
    return [{ source: row.source }, open]
  }

  private append(lines: readonly JournalLine[]): void {
    if (lines.length === 0) {
      const now = Date.now() / 1000
      if (this.descriptor !== null) futimesSync(this.descriptor, now, now)
      return
    }
    if (this.descriptor === null) {
      mkdirSync(this.directory, { recursive: true, mode: 0o700 })
      this.descriptor = openSync(this.path, 'a', 0o600)
    }
    const written = writeSync(this.descriptor, lines.map((line) => `${JSON.stringify(line)}\n`).join(''))
    countOwnWrite(written)
    this.bytes += written
  }

  /** Writes the open spans into a new file that replaces the old one. */
  private shorten(): void {
    this.sources.clear()
    this.ended = []
    const lines = [...this.open].filter(([, written]) => written).flatMap(([span]) => this.linesOf(span))
    const text = lines.map((line) => `${JSON.stringify(line)}\n`).join('')
    const next = `${this.path}.new`
    const descriptor = openSync(next, 'w', 0o600)
    countOwnWrite(writeSync(descriptor, text))
    renameSync(next, this.path)
    if (this.descriptor !== null) closeSync(this.descriptor)
    this.descriptor = descriptor
    this.bytes = text.length
    this.longBytes = Math.max(LONG_BYTES, 2 * text.length)
  }
}
