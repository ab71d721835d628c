import { randomUUID } from 'node:crypto'
import { readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

import { parseSegmentName } from '../segments/segment-name.ts'
import { isTelemetryTable, type TelemetryTable } from '../tables/index.ts'

/*
 * A join is one insert into ClickHouse: segments, or part of one. It is written down before it is sent, so that after a crash
 * the same rows are sent again with the same token and are recognised. An acknowledged part moves its segments to `consumed`
 * before they are deleted: so at no point can a crash make rows be sent twice under different tokens.
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
  /** Segments to delete: all their rows are in the table. */
  readonly consumed: readonly string[]
}

/**
 * A join and its file; the file is null if none could be written: then the join is one `.sending` segment, and its name is
 * the token.
 */
export interface StoredJoin {
  readonly file: string | null
  readonly join: Join
}

/** A join file that cannot be parsed. */
export interface BrokenJoin {
  readonly file: string
  readonly reason: string
}

export function newInsert(parts: readonly SegmentPart[]): Insert {
  return { token: randomUUID(), parts }
}

/** Writes a new join to a file. */
export function storeJoin(directory: string, value: Join): StoredJoin {
  const file = `${value.table}~${randomUUID()}.join`
  writeJoin(directory, file, value)
  return { file, join: value }
}

/** Replaces a stored join atomically. */
export function writeJoin(directory: string, file: string, value: Join): void {
  const path = join(directory, file)
  try {
    writeFileSync(`${path}.new`, JSON.stringify(value), { mode: 0o600 })
    renameSync(`${path}.new`, path)
  } catch (error) {
    rmSync(`${path}.new`, { force: true })
    throw error
  }
}

/** Returns stored joins that are not finished, and files with such a name that are invalid. */
export function readJoins(directory: string): { readonly joins: StoredJoin[]; readonly broken: BrokenJoin[] } {
  const joins: StoredJoin[] = []
  const broken: BrokenJoin[] = []
  for (const file of readdirSync(directory).sort()) {
    if (!file.endsWith('.join')) continue
    try {
      joins.push({ file, join: parseJoin(readFileSync(join(directory, file), 'utf8')) })
    } catch (error) {
      broken.push({ file, reason: String(error) })
    }
  }
  return { joins, broken }
}

/**
 * Returns a join from its text. Checks the names, because files with these names will be read and deleted. Throws if it is
 * invalid.
 */
function parseJoin(text: string): Join {
  const value = JSON.parse(text) as Join
  const isIndex = (index: unknown): boolean => index === undefined || (Number.isInteger(index) && Number(index) >= 0)
  const isSegment = (name: unknown): boolean =>
    typeof name === 'string' && parseSegmentName(name)?.table === value.table && !name.endsWith('.open')
  const isPart = ({ segment, from, to }: SegmentPart): boolean => isSegment(segment) && isIndex(from) && isIndex(to)
  if (!isTelemetryTable(value.table)) throw new TypeError('it names an unknown table')
  if (!value.inserts.every(({ token, parts }) => typeof token === 'string' && token !== '' && parts.every(isPart))) {
    throw new TypeError('one of its inserts is invalid')
  }
  if (!value.consumed.every(isSegment)) throw new TypeError('it names a file that is not a segment')
  return value
}

/** Returns the segments of stored joins, which cannot be joined again. */
export function segmentsOf(joins: readonly StoredJoin[]): Set<string> {
  const names = joins.flatMap(({ join: { inserts, consumed } }) => [
    ...inserts.flatMap(({ parts }) => parts.map(({ segment }) => segment)),
    ...consumed,
  ])
  return new Set(names)
}
