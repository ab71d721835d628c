import { readdirSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'

import { log, textOf } from '../log.ts'
import type { Losses } from '../losses.ts'
import { Silence } from '../owners/silence.ts'
import type { Frame } from '../segments/frame.ts'
import { parseSegmentName } from '../segments/segment-name.ts'
import { countRows, type SegmentStore, type WaitingSegment } from '../segments/segment-store.ts'
import type { TelemetryTable } from '../tables/index.ts'
import type { Asides } from './asides.ts'
import type { Delivery } from './delivery.ts'
import { newInsert, readJoins, type SegmentPart, segmentsOf, storeJoin, type StoredJoin } from './join.ts'

/** Rows of an insert beyond which ClickHouse's CPU per row no longer falls. */
const JOIN_ROWS = 100_000
/** Maximum bytes of a join, which is in memory while it is sent. */
const JOIN_BYTES = 40 * 1024 * 1024
/** Maximum partitions of an insert: each costs the server a part a table, and it refuses more than 100. */
const JOIN_DAYS = 48
/** Age from which a temporary file belongs to a process that died. */
const LEFTOVER_MS = 60_000

/** Decides what is sent next: unfinished joins, then the oldest segments of a table together. */
export class Planner {
  private readonly directory: string
  private readonly store: SegmentStore
  private readonly asides: Asides
  private readonly losses: Losses
  private readonly silence = new Silence()
  /** Why a segment could not be read in this pass; it stays where it is. */
  problem: unknown

  constructor(directory: string, store: SegmentStore, asides: Asides, losses: Losses) {
    this.directory = directory
    this.asides = asides
    this.store = store
    this.losses = losses
  }

  /** Returns the next join, stored; undefined if nothing is left for tables that need not wait. */
  next(mustWait: (table: TelemetryTable) => boolean): StoredJoin | undefined {
    this.problem = undefined
    const joins = this.joins()
    const begun = joins.find(({ join: { table } }) => !mustWait(table))
    if (begun !== undefined) return begun
    const segments = this.store.waiting(segmentsOf(joins)).filter(({ name }) => !mustWait(name.table))
    const alone = segments.find(({ name }) => name.state === 'sending')
    if (alone !== undefined) return sendingAlone(alone.file, alone.name.table)
    for (const table of new Set(segments.map(({ name }) => name.table))) {
      const parts = this.gather(segments.filter(({ name }) => name.table === table))
      if (parts.length > 0) return this.write(table, parts)
    }
    return undefined
  }

  /** Releases the frames in memory. */
  forget(): void {
    this.store.forget()
  }

  /** Drops data that was recorded longer ago than `maxAgeMs`, of tables that `isOf` selects. */
  expire(maxAgeMs: number, isOf: (table: TelemetryTable) => boolean, delivery: Delivery): void {
    const isOld = (segment: string): boolean =>
      this.silence.of(segment, parseSegmentName(segment)?.createdMs ?? 0) > maxAgeMs
    const joins = this.joins()
    for (const stored of joins) {
      const segments = [...segmentsOf([stored])]
      if (!isOf(stored.join.table) || !segments.every(isOld)) continue
      this.countOld(stored.file!, delivery.remainder(stored))
      rmSync(join(this.directory, stored.file!), { force: true })
      this.store.delete(segments)
      this.store.forget()
    }
    for (const { file, name } of this.store.waiting(segmentsOf(joins))) {
      if (!isOf(name.table) || !isOld(file)) continue
      this.countOld(file, this.store.load(file))
      this.store.delete([file])
    }
  }

  private countOld(file: string, frames: readonly Frame[]): void {
    let bytes = 0
    for (const { body } of frames) bytes += body.length
    this.losses.add('too old', countRows(frames), bytes, `${file} waited too long for a server that takes it`)
  }

  /** Returns unfinished joins; sets invalid files aside. */
  private joins(): StoredJoin[] {
    this.sweep()
    const { joins, broken } = readJoins(this.directory)
    for (const { file, reason } of broken) {
      const kept = this.asides.move('damaged', file)
      this.losses.add('damaged', 0, 0, `${file} cannot be parsed (${reason}), ${kept}; its segments are sent again`)
    }
    return joins
  }

  /** Deletes temporary files of processes that died before the rename. */
  private sweep(): void {
    for (const name of readdirSync(this.directory)) {
      if (!name.endsWith('.new')) continue
      const path = join(this.directory, name)
      const writtenMs = statSync(path, { throwIfNoEntry: false })?.mtimeMs
      if (writtenMs !== undefined && this.silence.of(name, writtenMs) > LEFTOVER_MS) rmSync(path, { force: true })
    }
  }

  /** Returns as many segments of one table as fit into one insert. */
  private gather(segments: readonly WaitingSegment[]): SegmentPart[] {
    const parts: SegmentPart[] = []
    const days = new Set<number>()
    let rows = 0
    let bytes = 0
    for (const segment of segments) {
      if (parts.length > 0 && bytes + segment.bytes > JOIN_BYTES) break
      const frames = this.framesOf(segment)
      if (frames === undefined) continue
      const together = new Set([...days, ...frames.flatMap((frame) => frame.days)])
      if (parts.length > 0 && together.size > JOIN_DAYS) break
      for (const day of together) days.add(day)
      parts.push({ segment: segment.file })
      bytes += segment.bytes
      rows += countRows(frames)
      if (rows >= JOIN_ROWS) break
    }
    return parts
  }

  /** Returns the frames of a segment; undefined if it cannot be read now, or is empty and thus deleted. */
  private framesOf({ file }: WaitingSegment): readonly Frame[] | undefined {
    try {
      const frames = this.store.load(file)
      if (frames.length > 0) return frames
      this.store.delete([file])
    } catch (error) {
      this.problem = error
    }
    return undefined
  }

  private write(table: TelemetryTable, parts: readonly SegmentPart[]): StoredJoin {
    try {
      return storeJoin(this.directory, { table, inserts: [newInsert(parts)], consumed: [] })
    } catch (error) {
      // a full disk must not keep the spool from emptying: renaming still works then
      log('debug', `no join can be written (${textOf(error)}): a segment goes alone`)
      this.store.forget()
      return sendingAlone(this.store.rename(parts[0]!.segment, 'sending'), table)
    }
  }
}

/** Returns a join of one segment without a file: its name is its token, whoever sends it. */
function sendingAlone(segment: string, table: TelemetryTable): StoredJoin {
  const token = segment.replace(/\.sending$/, '')
  return { file: null, join: { table, inserts: [{ token, parts: [{ segment }] }], consumed: [] } }
}
