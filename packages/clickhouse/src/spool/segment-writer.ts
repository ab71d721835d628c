import { closeSync, ftruncateSync, openSync, renameSync, writeSync } from 'node:fs'
import { join } from 'node:path'

import type { TelemetryTable } from '../tables/index.ts'
import { closedSegmentName, openSegmentName } from './segment-name.ts'

/** Appends frames to the segment files of one table, one file at a time. */
export class SegmentWriter {
  private readonly directory: string
  private readonly table: TelemetryTable
  private readonly writer: string
  private descriptor = -1
  private name = ''
  private number = 0
  private bytes = 0
  private openedMs = 0
  private readonly days = new Set<number>()

  constructor(directory: string, table: TelemetryTable, writer: string) {
    this.directory = directory
    this.table = table
    this.writer = writer
  }

  /** Bytes in the open segment; 0 if there is none. */
  get size(): number {
    return this.bytes
  }

  /** Milliseconds since the open segment was begun. */
  age(nowMs: number): number {
    return this.descriptor < 0 ? 0 : nowMs - this.openedMs
  }

  /** How many days the open segment would touch with these. */
  daysWith(days: ReadonlySet<number>): number {
    let count = this.days.size
    for (const day of days) if (!this.days.has(day)) count++
    return count
  }

  /** Writes one frame whole or not at all; throws what the file system throws. */
  append(frame: Buffer, days: ReadonlySet<number>): void {
    if (this.descriptor < 0) this.open()
    let written = 0
    try {
      while (written < frame.length) {
        written += writeSync(this.descriptor, frame, written, frame.length - written, this.bytes + written)
      }
    } catch (error) {
      // half a frame would hide what comes after it
      ftruncateSync(this.descriptor, this.bytes)
      throw error
    }
    this.bytes += frame.length
    for (const day of days) this.days.add(day)
  }

  private open(): void {
    this.number++
    const name = openSegmentName(this.table, this.writer, this.number)
    this.descriptor = openSync(join(this.directory, name), 'wx', 0o600)
    this.name = name
    this.bytes = 0
    this.openedMs = Date.now()
    this.days.clear()
  }

  /** Closes the segment and gives it to the sender. True if there was one. */
  close(): boolean {
    if (this.descriptor < 0) return false
    closeSync(this.descriptor)
    this.descriptor = -1
    this.bytes = 0
    this.days.clear()
    renameSync(join(this.directory, this.name), join(this.directory, closedSegmentName(this.name)))
    return true
  }
}
