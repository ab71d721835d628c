import { AnalyticsError } from '../errors.ts'

/** Returns the end of a page: a start in nanoseconds since 1970, and an id with that start. */
export function formatCursor(position: string, id: string): string {
  return Buffer.from(JSON.stringify([position, id])).toString('base64url')
}

/** Returns the content of a cursor; empty texts without one. Throws `AnalyticsError` `INVALID_CURSOR`. */
export function parseCursor(cursor: string | undefined): { position: string; after: string } {
  if (cursor === undefined) return { position: '', after: '' }
  try {
    const value: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'))
    if (Array.isArray(value) && typeof value[0] === 'string' && typeof value[1] === 'string') {
      return { position: value[0], after: value[1] }
    }
  } catch (error) {
    throw new AnalyticsError(
      'INVALID_CURSOR',
      'The cursor is not valid: pass the nextCursor of the previous page.',
      error,
    )
  }
  throw new AnalyticsError('INVALID_CURSOR', 'The cursor is not valid: pass the nextCursor of the previous page.')
}
