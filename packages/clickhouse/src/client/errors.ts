import { ClickHouseError as ServerError } from '@clickhouse/client'

/** What went wrong, stable for programs. */
export type ClickHouseErrorCode =
  | 'UNREACHABLE'
  | 'AUTHENTICATION_FAILED'
  | 'ACCESS_DENIED'
  | 'SCHEMA_MISSING'
  | 'TIMEOUT'
  | 'LIMIT_EXCEEDED'
  | 'QUERY_FAILED'
  | 'INVALID_URL'
  /** The spool directory cannot be read or written. */
  | 'SPOOL_FAILED'

/** An error of this package. `code` is stable, `cause` is the original, `serverCode` is ClickHouse's own number if it answered. */
export class ClickHouseError extends Error {
  override readonly name: string = 'ClickHouseError'
  readonly code: ClickHouseErrorCode
  readonly serverCode: number | null

  constructor(
    code: ClickHouseErrorCode,
    message: string,
    options: { cause?: unknown; serverCode?: number | null } = {},
  ) {
    super(message, { cause: options.cause })
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
}

const ADVICE: Partial<Record<ClickHouseErrorCode, string>> = {
  SCHEMA_MISSING: ' Run `runspan schema apply`.',
  AUTHENTICATION_FAILED: ' Check the user and password in the URL (RUNSPAN_CLICKHOUSE_URL).',
}

/** Any error of the driver as ours, in plain words; never with the password of the URL in it. */
export function toClickHouseError(error: unknown, address: string): ClickHouseError {
  if (error instanceof ClickHouseError) return error
  if (error instanceof ServerError) {
    const serverCode = Number(error.code)
    const code = CODES[serverCode] ?? 'QUERY_FAILED'
    return new ClickHouseError(
      code,
      `ClickHouse at ${address}: ${firstSentences(error.message)}${ADVICE[code] ?? ''}`,
      {
        cause: error,
        serverCode,
      },
    )
  }
  const text = error instanceof Error ? error.message : String(error)
  if (/timeout/i.test(text)) {
    return new ClickHouseError('TIMEOUT', `ClickHouse at ${address} did not answer in time.`, { cause: error })
  }
  return new ClickHouseError('UNREACHABLE', `ClickHouse at ${address} cannot be reached (${text}). Is it running?`, {
    cause: error,
  })
}

/** Server messages end in version and stack; a person wants the beginning. */
function firstSentences(message: string): string {
  const text = message
    .replaceAll(/\s+/g, ' ')
    .replace(/\.? Expected one of:.*$/, '.')
    .replace(' FORMAT JSONEachRow', '')
    .trim()
  return text.length > 600 ? `${text.slice(0, 600)}…` : text
}
