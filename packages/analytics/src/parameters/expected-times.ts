import { AnalyticsError } from '../errors.ts'
import { checkTimeZone } from './time-zone.ts'

/** When runs are expected: every day at a time of a time zone, or every `n` seconds from the beginning of the range. */
export type Frequency =
  | { readonly at: string; readonly timeZone?: string | undefined }
  | { readonly everySeconds: number }

const MOST_TIMES = 20_000
const DAY_MS = 86_400_000

/**
 * Returns the expected times in `[from, to)`, in milliseconds since 1970. A local time that the clock skips counts an hour
 * later; of one that occurs twice, the first counts. Throws `INVALID_RANGE`, `INVALID_TIME_ZONE`.
 */
export function expectedTimes(frequency: Frequency, from: Date, to: Date): number[] {
  const length = to.getTime() - from.getTime()
  if ('everySeconds' in frequency) {
    const step = frequency.everySeconds * 1000
    if (!(step >= 1000)) throw new AnalyticsError('INVALID_RANGE', 'Expected times must be at least one second apart.')
    checkCount(length / step)
    return Array.from({ length: Math.max(0, Math.ceil(length / step)) }, (_, i) => from.getTime() + i * step)
  }
  const match = /^([01]\d|2[0-3]):([0-5]\d)$/.exec(frequency.at)
  if (match === null)
    throw new AnalyticsError('INVALID_RANGE', `A time of day is written 06:30, not "${frequency.at}".`)
  checkCount(length / DAY_MS)
  return localTimes(from, to, (Number(match[1]) * 60 + Number(match[2])) * 60_000, checkTimeZone(frequency.timeZone))
}

/** Returns the moments in `[from, to)` at which the clocks of a zone show this time of day. */
export function localTimes(from: Date, to: Date, timeOfDayMs: number, timeZone: string): number[] {
  const clock = clockOf(timeZone)
  const firstDay = Math.floor((from.getTime() + clock(from.getTime())) / DAY_MS) - 1
  const lastDay = Math.floor((to.getTime() + clock(to.getTime())) / DAY_MS) + 1
  const times: number[] = []
  for (let day = firstDay; day <= lastDay; day++) {
    const wanted = day * DAY_MS + timeOfDayMs
    const candidates = [wanted - clock(wanted - DAY_MS), wanted - clock(wanted + DAY_MS)]
    const shown = candidates.filter((time) => time + clock(time) === wanted)
    // skipped: use the offset before the change, which gives the later time
    const time = shown.length > 0 ? Math.min(...shown) : candidates[0]!
    if (time >= from.getTime() && time < to.getTime()) times.push(time)
  }
  return times
}

/** Returns a function for the local time of a zone minus UTC at a moment, in milliseconds. */
function clockOf(timeZone: string): (time: number) => number {
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  })
  return (time) => {
    const part = Object.fromEntries(format.formatToParts(time).map(({ type, value }) => [type, Number(value)]))
    const shown = Date.UTC(part['year']!, part['month']! - 1, part['day'], part['hour'], part['minute'], part['second'])
    return shown - Math.floor(time / 1000) * 1000
  }
}

function checkCount(count: number): void {
  if (count <= MOST_TIMES) return
  throw new AnalyticsError(
    'INVALID_RANGE',
    `More than ${MOST_TIMES} times are expected in the range; ask for a shorter range.`,
  )
}
