import type { ClickHouseError as ServerError } from '@clickhouse/client'
import { visibleLines } from '@runspan/model'

import { driver } from './libraries.ts'

/** Stable error codes, for programs to check. */
export type ClickHouseErrorCode =
  | 'UNREACHABLE'
  | 'AUTHENTICATION_FAILED'
  | 'ACCESS_DENIED'
  | 'SCHEMA_MISSING'
  /** Runspan cannot read tables of this kind, created by another program. */
  | 'UNSUPPORTED_TABLES'
  /** A newer Runspan has changed the schema: this one changes nothing. */
  | 'SCHEMA_NEWER'
  | 'TIMEOUT'
  | 'LIMIT_EXCEEDED'
  | 'QUERY_FAILED'
  | 'INVALID_URL'
  /** A shard of a cluster does not respond, or its connection broke. */
  | 'SHARD_UNREACHABLE'
  /** The server knows no cluster with that name. */
  | 'CLUSTER_UNKNOWN'
  /** The server cannot change a whole cluster at once. */
  | 'CLUSTER_DDL_UNAVAILABLE'
  /** Other tables exist under the names of a cluster's tables. */
  | 'CLUSTER_CONFLICT'
  /** This must be done on each shard separately. */
  | 'NOT_ON_CLUSTER'
  | 'INVALID_NAME'
  /** The spool directory cannot be read or written. */
  | 'SPOOL_FAILED'

/**
 * An error of this package. `code` is stable, `cause` is the original, `serverCode` is ClickHouse's own number if it
 * answered.
 */
export class ClickHouseError extends Error {
  override readonly name: string = 'ClickHouseError'
  readonly code: ClickHouseErrorCode
  readonly serverCode: number | null

  constructor(
    code: ClickHouseErrorCode,
    message: string,
    options: { cause?: unknown; serverCode?: number | null } = {},
  ) {
    super(visibleLines(message), { cause: options.cause })
    this.code = code
    this.serverCode = options.serverCode ?? null
  }
}

const CODES: Readonly<Record<number, ClickHouseErrorCode>> = {
  60: 'SCHEMA_MISSING',
  81: 'SCHEMA_MISSING',
  159: 'TIMEOUT',
  160: 'TIMEOUT',
  158: 'LIMIT_EXCEEDED',
  241: 'LIMIT_EXCEEDED',
  396: 'LIMIT_EXCEEDED',
  164: 'ACCESS_DENIED',
  497: 'ACCESS_DENIED',
  192: 'AUTHENTICATION_FAILED',
  193: 'AUTHENTICATION_FAILED',
  194: 'AUTHENTICATION_FAILED',
  516: 'AUTHENTICATION_FAILED',
  279: 'SHARD_UNREACHABLE',
}

const ADVICE: Partial<Record<ClickHouseErrorCode, string>> = {
  SCHEMA_MISSING: ' Run `runspan schema apply`.',
  AUTHENTICATION_FAILED: ' Check the user and password in the URL (RUNSPAN_CLICKHOUSE_URL).',
}

/** A column is missing (UNKNOWN_IDENTIFIER, NO_SUCH_COLUMN_IN_TABLE): our queries only use columns of the schema. */
const NO_COLUMN: ReadonlySet<number> = new Set([47, 16])
const NO_COLUMN_ADVICE =
  ' If the query is not your own, the tables are of an older version: run `runspan schema apply`.'

/** Returns any error of the driver as ours, in plain words; never with the password of the URL. */
export function toClickHouseError(error: unknown, address: string): ClickHouseError {
  if (error instanceof ClickHouseError) return error
  if (error instanceof driver().ClickHouseError) {
    const serverCode = Number(error.code)
    if (isOfShard(serverCode, error.message)) return shardUnreachable(error, serverCode, address)
    const code = CODES[serverCode] ?? 'QUERY_FAILED'
    const advice = NO_COLUMN.has(serverCode) ? NO_COLUMN_ADVICE : (ADVICE[code] ?? '')
    return new ClickHouseError(code, `ClickHouse at ${address}: ${firstSentences(error.message)}${advice}`, {
      cause: error,
      serverCode,
    })
  }
  const text = error instanceof Error ? error.message : String(error)
  if (/timeout/i.test(text)) {
    return new ClickHouseError('TIMEOUT', `ClickHouse at ${address} did not answer in time.`, { cause: error })
  }
  return new ClickHouseError('UNREACHABLE', `ClickHouse at ${address} cannot be reached (${text}). Is it running?`, {
    cause: error,
  })
}

/**
 * Broken connections, to another server if the message says so: ATTEMPT_TO_READ_AFTER_EOF, DNS_ERROR, SOCKET_TIMEOUT,
 * NETWORK_ERROR.
 */
const BROKEN: ReadonlySet<number> = new Set([32, 198, 209, 210])
const TO_OTHER_SERVER = /Insertion status:|while executing Remote|while receiving packet/i

function isOfShard(serverCode: number, message: string): boolean {
  return CODES[serverCode] === 'SHARD_UNREACHABLE' || (BROKEN.has(serverCode) && TO_OTHER_SERVER.test(message))
}

function shardUnreachable(error: ServerError, serverCode: number, address: string): ClickHouseError {
  const [what = '', status] = error.message.split(/:? ?Insertion status:/)
  const nodes = [...what.matchAll(/\(((?:\[[\da-f:]+\]|[\w.-]+):\d+)/gi)].map((match) => match[1]!)
  const which = nodes.length === 0 ? 'a shard of the cluster' : `${[...new Set(nodes)].join(' and ')} of the cluster`
  const advice =
    status === undefined
      ? ' Start it again, or ask with --partial (RUNSPAN_PARTIAL=1) for what the other shards know.'
      : ' The same insert again stores what is missing.'
  const text = `ClickHouse at ${address}: ${which} does not answer: ${firstSentences(what).replace(/[.:]$/, '')}.${advice}`
  return new ClickHouseError('SHARD_UNREACHABLE', text, { cause: error, serverCode })
}

/** Returns the beginning of a server message, without version and stack. */
function firstSentences(message: string): string {
  const text = message
    .replaceAll(/\s+/g, ' ')
    .replace(/\.? Expected one of:.*$/, '.')
    .replace(' FORMAT JSONEachRow', '')
    .trim()
  return text.length > 600 ? `${text.slice(0, 600)}…` : text
}
