import { randomUUID } from 'node:crypto'
import { readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

import { isTelemetryTable, type TelemetryTable } from '../tables/index.ts'

/*
 * A join is what goes to ClickHouse as one insert: segments, or part of one. It is written down before it is sent, so that
 * after a crash the same rows go again with the same token and are recognised. A part that was acknowledged moves its
 * segments to `consumed` before they are deleted: whatever moment the crash picks, nothing is sent twice under another token.
 */

/** Frames of one segment: all, or those from `from` to before `to`. */
export interface SegmentPart {
  readonly segment: string
  readonly from?: number
  readonly to?: number
}

/** One insert. */
export interface Insert {
  /** Deduplication token. */
  readonly token: string
  readonly parts: readonly SegmentPart[]
}

export interface Join {
  readonly table: TelemetryTable
  readonly inserts: readonly Insert[]
  /** Segments whose rows are all in the table: to be deleted. */
  readonly consumed: readonly string[]
}

/** A join and the file it stands in. */
export interface StoredJoin {
  readonly file: string
  readonly join: Join
}

export function newInsert(parts: readonly SegmentPart[]): Insert {
  return { token: randomUUID(), parts }
}

/** Writes a new join down. */
export function storeJoin(directory: string, value: Join): StoredJoin {
  const stored = { file: `${value.table}~${randomUUID()}.join`, join: value }
  writeJoin(directory, stored)
  return stored
}

/** Replaces a stored join, whole. */
export function writeJoin(directory: string, { file, join: value }: StoredJoin): void {
  const path = join(directory, file)
  writeFileSync(`${path}.new`, JSON.stringify(value), { mode: 0o600 })
  renameSync(`${path}.new`, path)
}

export function removeJoin(directory: string, { file }: StoredJoin): void {
  rmSync(join(directory, file), { force: true })
}

/** Joins that were written down and not finished. */
export function readJoins(directory: string): StoredJoin[] {
  return readdirSync(directory)
    .filter((name) => name.endsWith('.join'))
    .map((file) => {
      const value = JSON.parse(readFileSync(join(directory, file), 'utf8')) as Join
      if (!isTelemetryTable(value.table)) throw new TypeError(`${file} names no table of ours`)
      return { file, join: value }
    })
}

/** Segments that stored joins speak of: not free to be joined again. */
export function segmentsOf(joins: readonly StoredJoin[]): Set<string> {
  const names = joins.flatMap(({ join: { inserts, consumed } }) => [
    ...inserts.flatMap(({ parts }) => parts.map(({ segment }) => segment)),
    ...consumed,
  ])
  return new Set(names)
}
