import { AnalyticsError } from '../errors.ts'

/** Returns the name of a time zone; UTC by default. Throws `INVALID_TIME_ZONE`. */
export function checkTimeZone(timeZone: string | undefined): string {
  if (timeZone === undefined) return 'UTC'
  try {
    Intl.DateTimeFormat('en', { timeZone })
    // JavaScript accepts offsets such as +02:00 as zones, ClickHouse does not
    if (/^[A-Za-z]/.test(timeZone)) return timeZone
  } catch (error) {
    throw invalid(timeZone, error)
  }
  throw invalid(timeZone)
}

function invalid(timeZone: string, cause?: unknown): AnalyticsError {
  return new AnalyticsError(
    'INVALID_TIME_ZONE',
    `"${timeZone.slice(0, 60)}" is not a time zone; give a name such as Europe/Berlin.`,
    cause,
  )
}
