import { mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

import type { EmbeddedConnection } from './connection.ts'

/** Content of `server.json`: the connection, and what distinguishes a live server from a leftover file. */
export interface ConnectionRecord extends EmbeddedConnection {
  /** When the server's process started, see `processStart`. */
  readonly pidStart: string
  /** The process that started the server and ends it with itself. */
  readonly ownerPid: number
  readonly ownerPidStart: string
  /** Device and inode of the data directory: the server of the original does not serve a copy of the directory. */
  readonly directory: string
}

function fileOf(dataDir: string): string {
  return join(dataDir, 'server.json')
}

/** Returns device and inode of a directory, as text. */
export function directoryIdentity(dataDir: string): string {
  const { dev, ino } = statSync(dataDir)
  return `${dev}:${ino}`
}

/** Returns the record of a data directory; null if it is missing or invalid. */
export function readRecord(dataDir: string): ConnectionRecord | null {
  let text: string
  try {
    text = readFileSync(fileOf(dataDir), 'utf8')
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes(String((error as NodeJS.ErrnoException).code))) return null
    throw error
  }
  try {
    const value = JSON.parse(text) as unknown
    return isRecord(value) ? value : null
  } catch (error) {
    // Edited by hand: it counts as missing, and the next start rewrites it.
    if (error instanceof SyntaxError) return null
    throw error
  }
}

/** Writes the record atomically, readable only by this user. */
export function writeRecord(record: ConnectionRecord): void {
  mkdirSync(record.dataDir, { recursive: true })
  const file = fileOf(record.dataDir)
  const draft = `${file}.${process.pid}`
  writeFileSync(draft, `${JSON.stringify(record, null, 2)}\n`, { mode: 0o600 })
  renameSync(draft, file)
}

/** Returns the connection without the fields that only this package needs. */
export function connectionOf(record: ConnectionRecord, dataDir: string): EmbeddedConnection {
  const { pidStart: _, ownerPid: _owner, ownerPidStart: _ownerStart, directory: _directory, ...connection } = record
  return { ...connection, dataDir }
}

function isRecord(value: unknown): value is ConnectionRecord {
  if (typeof value !== 'object' || value === null) return false
  const fields = value as Record<string, unknown>
  const texts = ['url', 'host', 'password', 'readerPassword', 'dataDir', 'pidStart', 'ownerPidStart', 'directory']
  const numbers = ['httpPort', 'tcpPort', 'pid', 'ownerPid']
  return (
    texts.every((name) => typeof fields[name] === 'string') &&
    numbers.every((name) => Number.isSafeInteger(fields[name])) &&
    fields['user'] === 'runspan' &&
    fields['readerUser'] === 'runspan_reader' &&
    fields['database'] === 'runspan'
  )
}
