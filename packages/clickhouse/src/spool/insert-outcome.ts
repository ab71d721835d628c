import type { ClickHouseError } from '../client/errors.ts'

/** What to do after an insert failed. */
export type InsertFailure =
  /** Same insert again later: the server is away, slow, full, read-only, or not ready. */
  | 'retry'
  /** Too much at once: in smaller inserts. */
  | 'shrink'
  /** These rows will never be taken: find which, and set them aside. */
  | 'refused'

/** Server codes after which the same insert may well succeed. */
const RETRY: ReadonlySet<number> = new Set([
  3, // UNEXPECTED_END_OF_FILE: the connection broke
  60, // UNKNOWN_TABLE: schema not applied yet
  81, // UNKNOWN_DATABASE
  159, // TIMEOUT_EXCEEDED
  164, // READONLY
  173, // CANNOT_ALLOCATE_MEMORY
  192, // UNKNOWN_USER
  193, // WRONG_PASSWORD
  194, // REQUIRED_PASSWORD
  202, // TOO_MANY_SIMULTANEOUS_QUERIES
  203, // NO_FREE_CONNECTION
  209, // SOCKET_TIMEOUT
  210, // NETWORK_ERROR
  236, // ABORTED
  242, // TABLE_IS_READ_ONLY
  243, // NOT_ENOUGH_SPACE
  279, // ALL_CONNECTION_TRIES_FAILED
  285, // TOO_FEW_LIVE_REPLICAS
  319, // UNKNOWN_STATUS_OF_INSERT
  394, // QUERY_WAS_CANCELLED
  497, // ACCESS_DENIED
  516, // AUTHENTICATION_FAILED
  999, // KEEPER_EXCEPTION
])

const MEMORY_LIMIT_EXCEEDED = 241
const TOO_MANY_PARTS = 252

/** Sorts a failed insert. */
export function insertFailure(error: ClickHouseError): InsertFailure {
  const code = error.serverCode
  if (code === null || RETRY.has(code)) return 'retry'
  if (code === MEMORY_LIMIT_EXCEEDED) return 'shrink'
  // one code, two meanings: merges lag behind (wait), or one insert touches too many partitions (split)
  if (code === TOO_MANY_PARTS) return /partitions/i.test(error.message) ? 'shrink' : 'retry'
  return 'refused'
}
