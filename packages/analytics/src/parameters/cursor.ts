import { AnalyticsError } from '../errors.ts'

/** Where a page ended: a start in nanoseconds since 1970, and the id of what started then. */
export function formatCursor(position: string, id: string): string {
  return Buffer.from(JSON.stringify([position, id])).toString('base64url')
}

/** What a cursor says; empty texts where there is none. Throws `AnalyticsError` `INVALID_CURSOR`. */
export function parseCursor(cursor: string | undefined): { position: string; after: string } {
  if (cursor === undefined) return { position: '', after: '' }
  try {
    const value: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'))
    if (Array.isArray(value) && typeof value[0] === 'string' && typeof value[1] === 'string') {
      return { position: value[0], after: value[1] }
    }
  } catch (error) {
    throw new AnalyticsError('INVALID_CURSOR', 'The cursor is not one that a page returned.', error)
  }
  throw new AnalyticsError('INVALID_CURSOR', 'The cursor is not one that a page returned.')
}
