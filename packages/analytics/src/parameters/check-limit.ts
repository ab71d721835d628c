import { AnalyticsError } from '../errors.ts'

/** Returns a limit from 1 to 1000. Throws `INVALID_LIMIT`. */
export function checkLimit(limit: number | undefined, otherwise: number): number {
  if (limit === undefined) return otherwise
  if (Number.isInteger(limit) && limit >= 1 && limit <= 1000) return limit
  throw new AnalyticsError('INVALID_LIMIT', `The limit must be a whole number from 1 to 1000, not ${limit}.`)
}
