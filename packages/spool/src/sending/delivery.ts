import { rmSync } from 'node:fs'
import { join } from 'node:path'

import { type SpoolError, toSpoolError } from '../errors.ts'
import type { Losses } from '../losses.ts'
import type { Frame } from '../segments/frame.ts'
import { countRows, type SegmentStore } from '../segments/segment-store.ts'
import type { TelemetryTable } from '../tables/index.ts'
import type { Asides } from './asides.ts'
import { type Insert, type Join, newInsert, segmentsOf, storeJoin, type StoredJoin, writeJoin } from './join.ts'
import type { SegmentTarget } from './segment-target.ts'

/** How often an insert is tried as it is before it is split for want of the server's memory. */
const PATIENCE = 3
/** How often an insert is tried before a view that fails is left out: some minutes, in which it may be mended. */
const VIEW_PATIENCE = 12

/** Carries joins to the server: inserts them, splits what is too much, sets aside what is refused, deletes what is stored. */
export class Delivery {
  private readonly directory: string
  private readonly target: SegmentTarget
  private readonly store: SegmentStore
  private readonly asides: Asides
  private readonly losses: Losses
  /** Tokens that failed for want of memory, or by a view, and how often. */
  private readonly failures = new Map<string, number>()
  private readonly viewFailures = new Map<string, number>()
  private lastViewFailure = ''
  rows = 0
  inserts = 0

  constructor(directory: string, target: SegmentTarget, store: SegmentStore, asides: Asides, losses: Losses) {
    this.directory = directory
    this.asides = asides
    this.target = target
    this.store = store
    this.losses = losses
  }

  /**
   * Sends the inserts of a join, each until it is acknowledged or set aside, as long as `mayGoOn`.
   * Throws `SpoolError` if the server is to be tried again later, and what the file system throws.
   */
  async finish(stored: StoredJoin, mayGoOn: () => boolean): Promise<void> {
    let current = stored
    this.store.delete(current.join.consumed)
    for (let insert = current.join.inserts[0]; insert !== undefined; insert = current.join.inserts[0]) {
      if (!mayGoOn()) return
      const frames = this.framesOf(insert)
      const { table } = current.join
      const failure = await this.tryInsert(table, insert, frames)
      this.failures.delete(insert.token)
      if (failure === null && frames.length > 0) {
        this.rows += countRows(frames)
        this.inserts++
      }
      const instead = failure === null ? [] : this.split(insert, frames, table, failure)
      current = this.settle(current, insert, [...instead, ...current.join.inserts.slice(1)])
    }
    if (current.file !== null) rmSync(join(this.directory, current.file), { force: true })
  }

  /** All frames of what is still to be sent of a join. */
  remainder({ join: { inserts } }: StoredJoin): Frame[] {
    return inserts.flatMap((insert) => this.framesOf(insert))
  }

  /** Writes down that an insert is done and what is left, then deletes the segments of which nothing is left. */
  private settle(stored: StoredJoin, done: Insert, rest: readonly Insert[]): StoredJoin {
    const { table } = stored.join
    const waiting = segmentsOf([{ file: null, join: { table, inserts: rest, consumed: [] } }])
    const consumed = done.parts.map(({ segment }) => segment).filter((segment) => !waiting.has(segment))
    const left: Join = { table, inserts: rest, consumed: [...stored.join.consumed, ...consumed] }
    let { file } = stored
    if (file === null) {
      if (rest.length > 0) file = storeJoin(this.directory, left).file
    } else {
      try {
        writeJoin(this.directory, file, left)
      } catch (error) {
        // a full disk: where nothing is left to send, deleting makes room, and the same token would be recognised
        if (rest.length > 0) throw error
      }
    }
    this.store.delete(consumed)
    return { file, join: left }
  }

  private framesOf({ parts }: Insert): Frame[] {
    return parts.flatMap(({ segment, from, to }) => this.store.load(segment).slice(from ?? 0, to))
  }

  /** Null when stored; the error when these rows cannot go like this; throws when it is to be tried again later. */
  private async tryInsert(
    table: TelemetryTable,
    { token }: Insert,
    frames: readonly Frame[],
  ): Promise<SpoolError | null> {
    if (frames.length === 0) return null
    const blocks = frames.map((frame) => frame.body)
    const skipFailingViews = (this.viewFailures.get(token) ?? 0) >= VIEW_PATIENCE
    try {
      await this.target.insertNative(table, blocks, token, { skipFailingViews })
      if (skipFailingViews) {
        const detail = `${this.lastViewFailure} Mend the view and run \`runspan backfill\``
        this.losses.add('left out of a view', countRows(frames), 0, detail)
      }
      this.viewFailures.delete(token)
      return null
    } catch (error) {
      const failure = toSpoolError(error)
      if (failure.isOfView) {
        this.viewFailures.set(token, (this.viewFailures.get(token) ?? 0) + 1)
        this.lastViewFailure = failure.message
      }
      const { outcome, isPassing } = failure
      if (outcome === 'retry' || (outcome === 'shrink' && frames.length === 1)) throw failure
      if (outcome === 'shrink' && isPassing) {
        const failures = (this.failures.get(token) ?? 0) + 1
        this.failures.set(token, failures)
        if (failures < PATIENCE) throw failure
      }
      return failure
    }
  }

  /** Two halves of a refused insert; a single block that is refused is set aside. */
  private split(insert: Insert, frames: readonly Frame[], table: TelemetryTable, failure: SpoolError): Insert[] {
    const { parts } = insert
    if (parts.length > 1) {
      const half = Math.ceil(parts.length / 2)
      return [newInsert(parts.slice(0, half)), newInsert(parts.slice(half))]
    }
    const { segment, from = 0 } = parts[0]!
    if (frames.length > 1) {
      const middle = from + Math.ceil(frames.length / 2)
      return [
        newInsert([{ segment, from, to: middle }]),
        newInsert([{ segment, from: middle, to: from + frames.length }]),
      ]
    }
    const { rows, body } = frames[0]!
    const kept = this.asides.keep('refused', `${table}~${insert.token}.native`, body, failure.message)
    this.losses.add('refused by ClickHouse', rows, body.length, `${failure.message} The block is ${kept}`)
    return []
  }
}
