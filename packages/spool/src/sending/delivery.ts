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

/** Maximum attempts of an insert before it is split because the server lacks memory. */
const PATIENCE = 3
/** Maximum attempts of an insert before a failing view is skipped: some minutes in which it may be fixed. */
const VIEW_PATIENCE = 12

/**
 * Sends joins to the server: inserts them, splits those that are too large, sets refused rows aside, and deletes stored
 * segments.
 */
export class Delivery {
  private readonly directory: string
  private readonly target: SegmentTarget
  private readonly store: SegmentStore
  private readonly asides: Asides
  private readonly losses: Losses
  /** Number of failures by token, for lack of memory or because of a view. */
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
   * Sends the inserts of a join, each until it is acknowledged or set aside, while `mayGoOn` returns true.
   * Throws `SpoolError` if the server is to be retried later, and the errors of the file system.
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

  /** Returns all frames of a join that are not yet sent. */
  remainder({ join: { inserts } }: StoredJoin): Frame[] {
    return inserts.flatMap((insert) => this.framesOf(insert))
  }

  /** Records that an insert is done and what is left, then deletes the segments that are completely sent. */
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
        // full disk: if nothing is left to send, deleting makes space, and a repeated token would be recognised
        if (rest.length > 0) throw error
      }
    }
    this.store.delete(consumed)
    return { file, join: left }
  }

  private framesOf({ parts }: Insert): Frame[] {
    return parts.flatMap(({ segment, from, to }) => this.store.load(segment).slice(from ?? 0, to))
  }

  /**
   * Returns null if stored, or the error if these rows cannot be stored like this; throws if the insert is to be retried
   * later.
   */
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
        const detail = `${this.lastViewFailure} Fix the view and run \`runspan backfill\``
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

  /** Splits a refused insert into two halves; a single refused block is set aside. */
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
