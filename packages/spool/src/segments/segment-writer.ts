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
  /** Time on the monotonic clock. */
  private openedMs = 0
  private readonly pause = new WritePause()
  private readonly days = new Set<number>()

  /** `onDeleted` is called with the rows of a file that was deleted while it was open. */
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

  /** Milliseconds since the open segment was started. */
  get ageMs(): number {
    return this.descriptor < 0 ? 0 : performance.now() - this.openedMs
  }

  /** Returns how many days the open segment would touch with these. */
  daysWith(days: ReadonlySet<number>): number {
    let count = this.days.size
    for (const day of days) if (!this.days.has(day)) count++
    return count
  }

  /**
   * Writes frames completely or not at all. Returns a function that undoes the write, valid until the next call. Throws the
   * errors of the file system.
   */
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

  /** Closes the segment for the sender. Returns true if it contained anything. Throws the errors of the file system. */
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
      // a sender that took this writer for dead has taken the segment with everything in it
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

  /** Removes half a frame. If this fails too, the next frame overwrites it, and readers skip it. */
  private cutBack(): void {
    try {
      ftruncateSync(this.descriptor, this.bytes)
    } catch {
      // the caller throws the error of the write, which is more useful
    }
  }

  /** Leaves the segment if this thread has not written for so long that a sender may have taken it. */
  private leaveIfTaken(): void {
    if (existsSync(join(this.directory, this.name))) return
    this.close()
  }
}
