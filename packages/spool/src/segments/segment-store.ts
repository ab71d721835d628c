import { readdirSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'

import type { Losses } from '../losses.ts'
import { countOwnRead } from '../own-io.ts'
import { Silence } from '../owners/silence.ts'
import type { Asides } from '../sending/asides.ts'
import { isAbandoned } from './abandoned.ts'
import { type Frame, readFrames } from './frame.ts'
import { parseSegmentName, segmentNameAs, type SegmentName } from './segment-name.ts'

/** A segment that is no longer written to. */
export interface WaitingSegment {
  readonly file: string
  readonly name: SegmentName
  readonly bytes: number
}

/** The segments of a spool directory, for a sender. */
export class SegmentStore {
  private readonly directory: string
  private readonly asides: Asides
  private readonly losses: Losses
  private readonly silence = new Silence()
  private readonly loaded = new Map<string, readonly Frame[]>()

  constructor(directory: string, asides: Asides, losses: Losses) {
    this.directory = directory
    this.asides = asides
    this.losses = losses
  }

  /** Returns the segments that can be sent, oldest first. Closes those of dead writers and deletes empty ones. */
  waiting(taken: ReadonlySet<string>): WaitingSegment[] {
    const found: WaitingSegment[] = []
    for (const entry of readdirSync(this.directory)) {
      const name = parseSegmentName(entry)
      if (name === null || taken.has(entry)) continue
      const stat = statSync(join(this.directory, entry), { throwIfNoEntry: false })
      if (stat === undefined || !stat.isFile()) continue
      if (name.state === 'open' && !isAbandoned(name.writer, entry, stat.mtimeMs, this.silence)) continue
      if (stat.size === 0) {
        rmSync(join(this.directory, entry), { force: true })
        continue
      }
      const file = name.state === 'open' ? this.rename(entry, 'segment') : entry
      found.push({ file, name, bytes: stat.size })
    }
    return found.sort((a, b) => a.name.createdMs - b.name.createdMs || (a.file < b.file ? -1 : 1))
  }

  /** Changes a segment's state; returns its new name. */
  rename(file: string, state: SegmentName['state']): string {
    const renamed = segmentNameAs(state, file)
    renameSync(join(this.directory, file), join(this.directory, renamed))
    return renamed
  }

  /**
   * Returns the frames of a segment, which is read once until `forget`. Damaged bytes are set aside and logged once. Throws
   * the errors of the file system.
   */
  load(file: string): readonly Frame[] {
    const known = this.loaded.get(file)
    if (known !== undefined) return known
    const frames = this.read(file)
    this.loaded.set(file, frames)
    return frames
  }

  private read(file: string): readonly Frame[] {
    let bytes: Buffer
    try {
      bytes = readFileSync(join(this.directory, file))
      countOwnRead(bytes.length)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
      this.losses.add('damaged', 0, 0, `${file} was to be sent and is gone`)
      return []
    }
    const { frames, damage } = readFrames(bytes)
    for (const { start, end } of damage) {
      const name = `${file}@${start}`
      if (this.asides.has('damaged', name)) continue
      const kept = this.asides.keep('damaged', name, bytes.subarray(start, end))
      this.losses.add('damaged', 0, end - start, `${file} from byte ${start}, ${kept}`)
    }
    return frames
  }

  /** Releases the frames in memory. */
  forget(): void {
    this.loaded.clear()
  }

  delete(files: Iterable<string>): void {
    for (const file of files) {
      rmSync(join(this.directory, file), { force: true })
      this.loaded.delete(file)
    }
  }
}

export function countRows(frames: readonly Frame[]): number {
  let rows = 0
  for (const frame of frames) rows += frame.rows
  return rows
}
