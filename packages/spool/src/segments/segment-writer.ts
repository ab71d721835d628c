import {
  closeSync,
  existsSync,
  fstatSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs'
import { join } from 'node:path'

import { countOwnWrite } from '../own-io.ts'
import type { TelemetryTable } from '../tables/index.ts'
import { WritePause } from './abandoned.ts'
import { openSegmentName, segmentNameAs } from './segment-name.ts'

const OPEN_ATTEMPTS = 2

/** Appends frames to the segment files of one table, one file at a time. */
export class SegmentWriter {
  private readonly directory: string
  private readonly table: TelemetryTable
  private readonly writer: string
  private readonly onDeleted: (rows: number, bytes: number) => void
  private descriptor = -1
  private name = ''
  private number = 0
  private bytes = 0
  private rows = 0
  /** On the monotonic clock. */
  private openedMs = 0
  private readonly pause = new WritePause()
  private readonly days = new Set<number>()

  /** `onDeleted` hears of rows that went down with a file that somebody deleted while it was open. */
  constructor(
    directory: string,
    table: TelemetryTable,
    writer: string,
    onDeleted: (rows: number, bytes: number) => void,
  ) {
    this.directory = directory
    this.onDeleted = onDeleted
    this.table = table
    this.writer = writer
  }

  /** Bytes in the open segment; 0 if there is none. */
  get size(): number {
    return this.bytes
  }

  /** Milliseconds since the open segment was begun. */
  get ageMs(): number {
    return this.descriptor < 0 ? 0 : performance.now() - this.openedMs
  }

  /** How many days the open segment would touch with these. */
  daysWith(days: ReadonlySet<number>): number {
    let count = this.days.size
    for (const day of days) if (!this.days.has(day)) count++
    return count
  }

  /** Writes frames whole or not at all; throws what the file system throws. Returns what takes them back, until anything else is done here. */
  append(frame: Buffer, days: Iterable<number>, rows: number): () => void {
    if (this.pause.isLong() && this.descriptor >= 0) this.leaveIfTaken()
    if (this.descriptor < 0) this.open()
    let written = 0
    try {
      while (written < frame.length) {
        written += writeSync(this.descriptor, frame, written, frame.length - written, this.bytes + written)
      }
    } catch (error) {
      this.cutBack()
      throw error
    }
    countOwnWrite(frame.length)
    this.bytes += frame.length
    this.rows += rows
    for (const day of days) this.days.add(day)
    return () => {
      this.bytes -= frame.length
      this.rows -= rows
      this.cutBack()
    }
  }

  /** Closes the segment and gives it to the sender. True if there was one with something in it. Throws what the file system throws. */
  close(): boolean {
    if (this.descriptor < 0) return false
    const { descriptor, name, bytes, rows } = this
    this.descriptor = -1
    this.bytes = 0
    this.rows = 0
    this.days.clear()
    const deleted = fstatSync(descriptor).nlink === 0
    closeSync(descriptor)
    const path = join(this.directory, name)
    if (deleted) {
      if (rows > 0) this.onDeleted(rows, bytes)
      return false
    }
    if (bytes === 0) {
      rmSync(path, { force: true })
      return false
    }
    try {
      renameSync(path, join(this.directory, segmentNameAs('segment', name)))
    } catch (error) {
      // a sender that held this writer for dead has taken the segment, with all that is in it
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
    }
    return true
  }

  private open(): void {
    for (let attempt = 1; ; attempt++) {
      const name = openSegmentName(this.table, this.writer, ++this.number)
      try {
        this.descriptor = openSync(join(this.directory, name), 'wx', 0o600)
        this.name = name
        this.bytes = 0
        this.rows = 0
        this.openedMs = performance.now()
        this.days.clear()
        return
      } catch (error) {
        const { code } = error as NodeJS.ErrnoException
        if (code !== 'ENOENT' || attempt === OPEN_ATTEMPTS) throw error
        // the directory was deleted
        mkdirSync(this.directory, { recursive: true, mode: 0o700 })
      }
    }
  }

  /** Half a frame must not stay; where even this fails, the next frame is written over it, and readers skip it. */
  private cutBack(): void {
    try {
      ftruncateSync(this.descriptor, this.bytes)
    } catch {
      // the caller throws the error of the write, which says more
    }
  }

  /** This thread wrote nothing for so long that a sender may have taken its segment: that is not to be written to. */
  private leaveIfTaken(): void {
    if (existsSync(join(this.directory, this.name))) return
    this.close()
  }
}
