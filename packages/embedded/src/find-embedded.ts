import { resolve } from 'node:path'

import { connectionOf, directoryIdentity, readRecord } from './connection-file.ts'
import type { ConnectionRecord } from './connection-file.ts'
import type { EmbeddedConnection } from './connection.ts'
import { httpQuery } from './http-query.ts'
import { reachableHost } from './ports.ts'
import { processStart } from './process-identity.ts'

const CHECK_TIMEOUT_MS = 3000

/**
 * Returns the live server of a data directory, or null. A leftover `server.json` counts as none.
 * Takes at most a few seconds, usually a few milliseconds.
 */
export async function findEmbedded(dataDir: string): Promise<EmbeddedConnection | null> {
  return findWithin(dataDir, CHECK_TIMEOUT_MS)
}

/** Same as `findEmbedded`, with a time limit for the server's answer. */
export async function findWithin(dataDir: string, timeoutMs: number): Promise<EmbeddedConnection | null> {
  const directory = resolve(dataDir)
  const record = readRecord(directory)
  if (record === null || !(await lives(record, directory, timeoutMs))) return null
  return connectionOf(record, directory)
}

/**
 * Returns whether the server lives. It identifies the process that holds the port before it sends the password: after the
 * server's end any program may listen there.
 */
async function lives(record: ConnectionRecord, dataDir: string, timeoutMs: number): Promise<boolean> {
  if (record.directory !== directoryIdentity(dataDir)) return false
  if ((await processStart(record.pid)) !== record.pidStart) return false
  // A server whose owner is gone is about to end too.
  if ((await processStart(record.ownerPid)) !== record.ownerPidStart) return false
  return answers(record, timeoutMs)
}

/** Returns whether our server accepts our password on this record's HTTP port. */
async function answers(record: ConnectionRecord, timeoutMs: number): Promise<boolean> {
  try {
    const target = { ...record, host: reachableHost(record.host) }
    return (await httpQuery(target, 'SELECT 1', timeoutMs)) === '1'
  } catch {
    // Refused, silent, or another program: in each case our server is not there.
    return false
  }
}
