import {
  appendFileSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'

import { diag } from '@opentelemetry/api'

import { type ClickHouseError, toClickHouseError } from '../client/errors.ts'
import type { TelemetryTable } from '../tables/index.ts'
import { type Frame, readFrames } from './frame.ts'
import { insertFailure } from './insert-outcome.ts'
import {
  type Insert,
  newInsert,
  readJoins,
  removeJoin,
  type SegmentPart,
  segmentsOf,
  storeJoin,
  type StoredJoin,
  writeJoin,
} from './join.ts'
import { Losses } from './losses.ts'
import { isAlive, ownerOf } from './owner.ts'
import { closedSegmentName, parseSegmentName, type SegmentName } from './segment-name.ts'
import { SenderLock } from './sender-lock.ts'

/** Where segments go. */
export interface SegmentTarget {
  /** Called before the first insert, and again after a failure for want of a table. */
  prepare(): Promise<void>
  insertNative(table: TelemetryTable, blocks: readonly Uint8Array[], token: string): Promise<void>
}

export interface SenderOptions {
  readonly directory: string
  readonly target: SegmentTarget
  /** Segments older than this are given up and counted. Default 7 days. */
  readonly maxAgeSeconds?: number
  /** Longest pause between attempts. Default 30 s. */
  readonly maxPauseSeconds?: number
}

/** What a pass over the directory did. */
export interface Sent {
  readonly rows: number
  readonly inserts: number
  /** True when nothing is left that this sender could send now. */
  readonly done: boolean
  /** Why it stopped before that. */
  readonly error: ClickHouseError | null
}

/** ClickHouse's CPU per row falls until about this many rows an insert. */
const JOIN_ROWS = 100_000
const JOIN_BYTES = 96 * 1024 * 1024
const JOIN_DAYS = 90
const TICK_MS = 1000
const DEFAULT_MAX_AGE_SECONDS = 7 * 24 * 3600
const DEFAULT_MAX_PAUSE_SECONDS = 30

/**
 * Sends segments to ClickHouse: the only one that does in its directory, whichever process it lives in. Segments are
 * joined into large inserts, deduplicated by token and deleted when acknowledged; what a server refuses for good is set aside under `refused/`.
 */
export class Sender {
  private readonly directory: string
  private readonly target: SegmentTarget
  private readonly maxAgeMs: number
  private readonly maxPauseMs: number
  private readonly lock: SenderLock
  private readonly losses: Losses
  private timer: NodeJS.Timeout | undefined
  private running: Promise<Sent> | undefined
  private prepared = false
  private pauseMs = 0
  private stopped = false
  /** Why the last pass stopped, if it did. */
  lastError: ClickHouseError | null = null

  constructor(options: SenderOptions) {
    this.directory = options.directory
    this.target = options.target
    this.maxAgeMs = (options.maxAgeSeconds ?? DEFAULT_MAX_AGE_SECONDS) * 1000
    this.maxPauseMs = (options.maxPauseSeconds ?? DEFAULT_MAX_PAUSE_SECONDS) * 1000
    this.lock = new SenderLock(this.directory)
    this.losses = new Losses(this.directory)
  }

  /** Sends in the background from now on; keeps no process alive. */
  start(): void {
    this.schedule(TICK_MS)
  }

  /** Sends what can be sent now, without waiting for pauses. Never throws. */
  async send(): Promise<Sent> {
    // a pass under way may have read the directory before the caller's segments came
    if (this.running !== undefined) await this.running
    this.running ??= this.pass().finally(() => {
      this.running = undefined
    })
    return this.running
  }

  /** Ends the background work after the insert under way and lets another process send. */
  async stop(): Promise<void> {
    this.stopped = true
    clearTimeout(this.timer)
    await this.running
    this.release()
  }

  private schedule(afterMs: number): void {
    if (this.stopped) return
    clearTimeout(this.timer)
    this.timer = setTimeout(() => {
      void this.send().then(({ error }) => {
        this.pauseMs = error === null ? 0 : Math.min(this.maxPauseMs, Math.max(500, this.pauseMs * 2))
        // jitter, so that many processes do not knock together
        this.schedule(TICK_MS + this.pauseMs * (0.5 + Math.random() / 2))
      })
    }, afterMs)
    this.timer.unref()
  }

  private async pass(): Promise<Sent> {
    let rows = 0
    let inserts = 0
    try {
      if (!this.lock.tryAcquire()) return { rows, inserts, done: false, error: null }
      for (;;) {
        const next = this.nextJoin()
        if (next === undefined) break
        if (!this.prepared) {
          await this.target.prepare()
          this.prepared = true
        }
        const sent = await this.finish(next)
        rows += sent.rows
        inserts += sent.inserts
        this.lock.tryAcquire() // a sign of life for hosts that share the directory
      }
      this.lastError = null
      return { rows, inserts, done: true, error: null }
    } catch (error) {
      const failure = toClickHouseError(error, 'the server')
      if (this.lastError?.message !== failure.message) diag.warn(`runspan: telemetry waits on disk: ${failure.message}`)
      this.lastError = failure
      if (failure.code === 'SCHEMA_MISSING') this.prepared = false
      return { rows, inserts, done: false, error: failure }
    } finally {
      this.losses.write()
      if (this.stopped || this.timer === undefined) this.release()
    }
  }

  private release(): void {
    try {
      this.lock.release()
    } catch (error) {
      diag.debug(`runspan: the sender's lock could not be released: ${String(error)}`)
    }
  }

  /** An unfinished join, or a new one of what lies in the directory; undefined when there is nothing. */
  private nextJoin(): StoredJoin | undefined {
    const [unfinished] = readJoins(this.directory)
    if (unfinished !== undefined) return unfinished
    const segments = this.closedSegments()
    const first = segments[0]
    if (first === undefined) return undefined
    const table = first.name.table
    const parts: SegmentPart[] = []
    const days = new Set<number>()
    let rows = 0
    let bytes = 0
    for (const { file, name } of segments) {
      if (name.table !== table) continue
      const { frames, size } = this.load(file)
      const together = new Set([...days, ...frames.flatMap((frame) => frame.days)])
      if (parts.length > 0 && (together.size > JOIN_DAYS || bytes + size > JOIN_BYTES)) break
      for (const day of together) days.add(day)
      parts.push({ segment: file })
      bytes += size
      for (const frame of frames) rows += frame.rows
      if (rows >= JOIN_ROWS) break
    }
    return storeJoin(this.directory, { table, inserts: [newInsert(parts)], consumed: [] })
  }

  /** Closed segments by age; those of dead writers are closed first, those too old are given up. */
  private closedSegments(): { file: string; name: SegmentName }[] {
    const found: { file: string; name: SegmentName }[] = []
    const taken = segmentsOf(readJoins(this.directory))
    for (const entry of readdirSync(this.directory)) {
      const name = parseSegmentName(entry)
      if (name === null || taken.has(entry)) continue
      let file = entry
      if (name.open) {
        const owner = ownerOf(name.writer)
        if (owner === null || isAlive(owner) !== false) continue
        file = closedSegmentName(entry)
        renameSync(join(this.directory, entry), join(this.directory, file))
      }
      if (Date.now() - name.createdMs > this.maxAgeMs) {
        const { frames, size } = this.load(file)
        rmSync(join(this.directory, file))
        this.losses.add(
          'too old',
          countRows(frames),
          size,
          `${file} waited longer than ${this.maxAgeMs / 86_400_000} days`,
        )
        continue
      }
      found.push({ file, name })
    }
    return found.sort((a, b) => a.name.createdMs - b.name.createdMs || (a.file < b.file ? -1 : 1))
  }

  /** Frames of a segment; what is damaged is set aside once and said. */
  private load(file: string): { frames: Frame[]; size: number } {
    const bytes = readFileSync(join(this.directory, file))
    const { frames, damage } = readFrames(bytes)
    for (const { start, end } of damage) {
      const aside = join(this.aside('damaged'), `${file}@${start}`)
      if (statSync(aside, { throwIfNoEntry: false }) !== undefined) continue
      writeFileSync(aside, bytes.subarray(start, end), { mode: 0o600 })
      this.losses.add('damaged', 0, end - start, `${file} from byte ${start}, kept as ${aside}`)
    }
    return { frames, size: bytes.length }
  }

  /** Sends the inserts of a join, each until it is acknowledged or set aside. */
  private async finish(stored: StoredJoin): Promise<{ rows: number; inserts: number }> {
    let rows = 0
    let inserts = 0
    let { file, join: value } = stored
    this.deleteSegments(value.consumed)
    for (let insert = value.inserts[0]; insert !== undefined; insert = value.inserts[0]) {
      const frames = insert.parts.flatMap((part) => this.framesOf(part))
      let rest = value.inserts.slice(1)
      const failure = await this.tryInsert(value.table, insert, frames)
      if (failure === null) {
        rows += countRows(frames)
        if (frames.length > 0) inserts++
      } else {
        rest = [...this.split(insert, frames, value.table, failure), ...rest]
      }
      const waiting = segmentsOf([{ file, join: { ...value, inserts: rest, consumed: [] } }])
      const consumed = insert.parts.map(({ segment }) => segment).filter((segment) => !waiting.has(segment))
      value = { table: value.table, inserts: rest, consumed: [...value.consumed, ...consumed] }
      writeJoin(this.directory, { file, join: value })
      this.deleteSegments(consumed)
    }
    removeJoin(this.directory, stored)
    return { rows, inserts }
  }

  private framesOf({ segment, from, to }: SegmentPart): Frame[] {
    return this.load(segment).frames.slice(from ?? 0, to)
  }

  /** Null when stored; the error when these rows cannot go like this; throws when it is to be tried again later. */
  private async tryInsert(
    table: TelemetryTable,
    insert: Insert,
    frames: readonly Frame[],
  ): Promise<ClickHouseError | null> {
    if (frames.length === 0) return null
    try {
      await this.target.insertNative(
        table,
        frames.map((frame) => frame.body),
        insert.token,
      )
      return null
    } catch (error) {
      const failure = toClickHouseError(error, 'the server')
      if (insertFailure(failure) === 'retry') throw failure
      if (insertFailure(failure) === 'shrink' && frames.length === 1) throw failure
      return failure
    }
  }

  /** Two halves of a refused insert; a single block that is refused is set aside. */
  private split(insert: Insert, frames: readonly Frame[], table: TelemetryTable, failure: ClickHouseError): Insert[] {
    const { parts } = insert
    if (parts.length > 1) {
      const half = Math.ceil(parts.length / 2)
      return [newInsert(parts.slice(0, half)), newInsert(parts.slice(half))]
    }
    const part = parts[0]!
    const from = part.from ?? 0
    if (frames.length > 1) {
      const middle = from + Math.ceil(frames.length / 2)
      return [
        newInsert([{ segment: part.segment, from, to: middle }]),
        newInsert([{ segment: part.segment, from: middle, to: from + frames.length }]),
      ]
    }
    const name = join(this.aside('refused'), `${table}~${insert.token}.native`)
    const frame = frames[0]!
    writeFileSync(name, frame.body, { mode: 0o600 })
    appendFileSync(`${name}.txt`, `${failure.message}\n`)
    this.losses.add('refused by ClickHouse', frame.rows, frame.body.length, `${failure.message} Kept as ${name}`)
    return []
  }

  private deleteSegments(segments: readonly string[]): void {
    for (const segment of segments) rmSync(join(this.directory, segment), { force: true })
  }

  private aside(kind: 'damaged' | 'refused'): string {
    const directory = join(this.directory, kind)
    mkdirSync(directory, { recursive: true, mode: 0o700 })
    return directory
  }
}

function countRows(frames: readonly Frame[]): number {
  let rows = 0
  for (const frame of frames) rows += frame.rows
  return rows
}
