import { type InsertOutcome, SpoolError } from '@runspan/spool'

import type { ClickHouseError } from './errors.ts'

/**
 * Server codes about the rows themselves. Any other code is about the server, its tables or its user, and is temporary:
 * setting rows aside for it would remove the whole spool because of one wrong setting.
 */
const ABOUT_ROWS: ReadonlySet<number> = new Set([
  6, // CANNOT_PARSE_TEXT
  8, // THERE_IS_NO_COLUMN
  9, // SIZES_OF_COLUMNS_DOESNT_MATCH
  12, // PARAMETER_OUT_OF_BOUND
  26, // CANNOT_PARSE_QUOTED_STRING
  27, // CANNOT_PARSE_INPUT_ASSERTION_FAILED
  32, // ATTEMPT_TO_READ_AFTER_EOF
  33, // CANNOT_READ_ALL_DATA
  38, // CANNOT_PARSE_DATE
  41, // CANNOT_PARSE_DATETIME
  44, // ILLEGAL_COLUMN
  50, // UNKNOWN_TYPE
  53, // TYPE_MISMATCH
  69, // ARGUMENT_OUT_OF_BOUND
  70, // CANNOT_CONVERT_TYPE
  72, // CANNOT_PARSE_NUMBER
  117, // INCORRECT_DATA
  128, // TOO_LARGE_ARRAY_SIZE
  130, // CANNOT_READ_ARRAY_FROM_TEXT
  131, // TOO_LARGE_STRING_SIZE
  190, // SIZES_OF_ARRAYS_DONT_MATCH
  261, // UNKNOWN_BLOCK_INFO_FIELD
  321, // VALUE_IS_OUT_OF_RANGE_OF_DATA_TYPE
  349, // CANNOT_INSERT_NULL_IN_ORDINARY_COLUMN
  395, // FUNCTION_THROW_IF_VALUE_IS_NON_ZERO
  407, // DECIMAL_OVERFLOW
  441, // CANNOT_PARSE_DOMAIN_VALUE_FROM_STRING
  469, // VIOLATED_CONSTRAINT
  691, // UNKNOWN_ELEMENT_OF_ENUM
])

const TOO_MANY_ROWS = 158
const TOO_MANY_BYTES = 307
const MEMORY_LIMIT_EXCEEDED = 241
const TOO_MANY_PARTS = 252

/** Returns the error of a failed insert with what the sender of a spool does next. */
export function toInsertError(error: ClickHouseError): SpoolError {
  return new SpoolError(error.code, error.message, {
    cause: error,
    serverCode: error.serverCode,
    outcome: insertOutcome(error),
    isPassing: error.serverCode === MEMORY_LIMIT_EXCEEDED,
    isOfView: isOfView(error),
  })
}

/** Returns what the sender of a spool does after an insert failed. */
export function insertOutcome(error: ClickHouseError): InsertOutcome {
  const code = error.serverCode
  if (code === null || error.code === 'SHARD_UNREACHABLE' || isOfView(error)) return 'retry'
  // other shards may have stored their part already, and would store it twice under another token
  if (code === MEMORY_LIMIT_EXCEEDED && isOfShard(error)) return 'retry'
  if (code === MEMORY_LIMIT_EXCEEDED || code === TOO_MANY_ROWS || code === TOO_MANY_BYTES) return 'shrink'
  // one code, two meanings: merges are behind (wait), or one insert touches too many partitions (split)
  if (code === TOO_MANY_PARTS) return /partitions/i.test(error.message) ? 'shrink' : 'retry'
  return ABOUT_ROWS.has(code) ? 'refused' : 'retry'
}

/**
 * Returns whether a materialized view failed, not the table itself. The table has stored the rows: under another token it
 * would store them twice, while a retry of the same insert, once the view is fixed, completes the views.
 */
function isOfView(error: ClickHouseError): boolean {
  return /while pushing to view/i.test(error.message)
}

/** Returns whether one shard of a cluster failed while others may have stored their part. */
function isOfShard(error: ClickHouseError): boolean {
  return /Insertion status:/.test(String((error.cause as Error | undefined)?.message ?? error.message))
}
