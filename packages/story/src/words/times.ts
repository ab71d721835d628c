const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']

/** `24 Nov 2026, 14:00:11 UTC`. */
export function timestamp(date: Date): string {
  return `${day(date)} ${date.getUTCFullYear()}, ${clock(date)}:${two(date.getUTCSeconds())} UTC`
}

/** `24 Nov 2026, 14:00 UTC`. */
export function minute(date: Date): string {
  return `${day(date)} ${date.getUTCFullYear()}, ${clock(date)} UTC`
}

/** `24 Nov`, in UTC. */
export function day(date: Date): string {
  return `${date.getUTCDate()} ${MONTHS[date.getUTCMonth()]}`
}

/** `14:00`, in UTC. */
export function clock(date: Date): string {
  return `${two(date.getUTCHours())}:${two(date.getUTCMinutes())}`
}

function two(number: number): string {
  return String(number).padStart(2, '0')
}
