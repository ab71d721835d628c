import { resolve } from 'node:path'

import { connectionOf, directoryIdentity, readRecord } from './connection-file.ts'
import type { ConnectionRecord } from './connection-file.ts'
import type { EmbeddedConnection } from './connection.ts'
import { httpQuery } from './http-query.ts'
import { reachableHost } from './ports.ts'
import { processStart } from './process-identity.ts'

const CHECK_TIMEOUT_MS = 3000

/**
 * The live server of a data directory, or null. A leftover `server.json` counts as none.
 * Takes at most a few seconds, usually a few milliseconds.
 */
export async function findEmbedded(dataDir: string): Promise<EmbeddedConnection | null> {
  return findWithin(dataDir, CHECK_TIMEOUT_MS)
}

/** The same, with no more time for the server's answer than given. */
export async function findWithin(dataDir: string, timeoutMs: number): Promise<EmbeddedConnection | null> {
  const directory = resolve(dataDir)
  const record = readRecord(directory)
  if (record === null || !(await lives(record, directory, timeoutMs))) return null
  return connectionOf(record, directory)
}

/**
 * Who holds the port is known by the process before the password is sent there:
 * after the server's end any program may listen on it.
 */
async function lives(record: ConnectionRecord, dataDir: string, timeoutMs: number): Promise<boolean> {
  if (record.directory !== directoryIdentity(dataDir)) return false
  if ((await processStart(record.pid)) !== record.pidStart) return false
  // A server whose owner is gone is about to go too.
  if ((await processStart(record.ownerPid)) !== record.ownerPidStart) return false
  return answers(record, timeoutMs)
}

/** Does our server answer our password on this record's HTTP port? */
async function answers(record: ConnectionRecord, timeoutMs: number): Promise<boolean> {
  try {
    const target = { ...record, host: reachableHost(record.host) }
    return (await httpQuery(target, 'SELECT 1', timeoutMs)) === '1'
  } catch {
    // Refused, silent, or something else altogether: each means that our server is not there.
    return false
  }
}
