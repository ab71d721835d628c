const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']
const DAY_MS = 86_400_000

/** Returns a time: `24 Nov 2026, 14:00:11 UTC`. */
export function timestamp(date: Date): string {
  return `${day(date)} ${date.getUTCFullYear()}, ${clockSeconds(date)} UTC`
}

/** Returns a time without its seconds: `24 Nov 2026, 14:00 UTC`. */
export function minute(date: Date): string {
  return `${day(date)} ${date.getUTCFullYear()}, ${clock(date)} UTC`
}

/** Returns a day: `24 Nov`, in UTC. */
export function day(date: Date): string {
  return `${date.getUTCDate()} ${MONTHS[date.getUTCMonth()]}`
}

/** Returns a time of day: `14:00`, in UTC. */
export function clock(date: Date): string {
  return `${two(date.getUTCHours())}:${two(date.getUTCMinutes())}`
}

/** Returns a time of day: `14:00:11`, in UTC. */
export function clockSeconds(date: Date): string {
  return `${clock(date)}:${two(date.getUTCSeconds())}`
}

/** Returns a time for columns and tooltips: `2026-11-24 14:00`, in UTC. */
export function isoMinute(date: Date): string {
  return date.toISOString().slice(0, 16).replace('T', ' ')
}

/** Returns a time for a narrow column, in UTC: `today 14:00`, `yesterday 02:00`, `22 Nov 02:00`, `22 Nov 2025`. */
export function relativeDay(date: Date, now: Date): string {
  const days = Math.floor(now.getTime() / DAY_MS) - Math.floor(date.getTime() / DAY_MS)
  if (days === 0) return `today ${clock(date)}`
  if (days === 1) return `yesterday ${clock(date)}`
  return date.getUTCFullYear() === now.getUTCFullYear()
    ? `${day(date)} ${clock(date)}`
    : `${day(date)} ${date.getUTCFullYear()}`
}

function two(number: number): string {
  return String(number).padStart(2, '0')
}
