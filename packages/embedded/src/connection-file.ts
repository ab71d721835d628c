import { mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

import type { EmbeddedConnection } from './connection.ts'

/** What `server.json` holds: the connection, and what tells the living server from a leftover. */
export interface ConnectionRecord extends EmbeddedConnection {
  /** When the server's process began, see `processStart`. */
  readonly pidStart: string
  /** The process that started the server and takes it along when it ends. */
  readonly ownerPid: number
  readonly ownerPidStart: string
  /** Device and inode of the data directory: a copy of the directory is not served by the original's server. */
  readonly directory: string
}

function fileOf(dataDir: string): string {
  return join(dataDir, 'server.json')
}

/** Device and inode of a directory, as text. */
export function directoryIdentity(dataDir: string): string {
  const { dev, ino } = statSync(dataDir)
  return `${dev}:${ino}`
}

/** The record of a data directory; null when there is none or it is not one. */
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
    // Somebody edited it: as good as none, and the next start writes it anew.
    if (error instanceof SyntaxError) return null
    throw error
  }
}

/** Writes the record so that readers see the old one or the new one, readable by this user only. */
export function writeRecord(record: ConnectionRecord): void {
  mkdirSync(record.dataDir, { recursive: true })
  const file = fileOf(record.dataDir)
  const draft = `${file}.${process.pid}`
  writeFileSync(draft, `${JSON.stringify(record, null, 2)}\n`, { mode: 0o600 })
  renameSync(draft, file)
}

/** The connection without what only this package needs. */
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
