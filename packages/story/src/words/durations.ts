import { JOIN, MINUS, THIN, UNKNOWN } from './signs.ts'

const MINUTE = 60
const HOUR = 3600
const DAY = 86_400

/** A rounded duration: its amount, and a smaller one if the unit has one. */
interface Rounded {
  readonly amount: string
  readonly unit: 'µs' | 'ms' | 's' | 'min' | 'h' | 'd'
  readonly rest?: number
}

/** Returns a duration of at least 0 as it is shown, rounded once: 59.96 s is a minute. */
function rounded(seconds: number): Rounded {
  if (seconds === 0) return { amount: '0', unit: 's' }
  if (seconds < 0.000_999_5) return { amount: String(Math.round(seconds * 1e6)), unit: 'µs' }
  if (seconds < 0.099_95) return { amount: (seconds * 1e3).toFixed(1), unit: 'ms' }
  if (seconds < 0.9995) return { amount: String(Math.round(seconds * 1e3)), unit: 'ms' }
  if (seconds < 59.95) return { amount: seconds.toFixed(1), unit: 's' }
  const whole = Math.round(seconds)
  if (whole < HOUR) return { amount: String(Math.floor(whole / MINUTE)), unit: 'min', rest: whole % MINUTE }
  const minutes = Math.round(seconds / MINUTE)
  if (minutes < DAY / MINUTE) return { amount: String(Math.floor(minutes / 60)), unit: 'h', rest: minutes % 60 }
  const hours = Math.round(seconds / HOUR)
  return { amount: String(Math.floor(hours / 24)), unit: 'd', rest: hours % 24 }
}

/** Returns a duration as sentences and documents show it: `840 µs`, `38.2 ms`, `3.9 s`, `4 min 2 s`, `2 h 05 min`, `3 d 4 h`; `–` where unknown. */
export function duration(seconds: number | null): string {
  if (seconds === null || !Number.isFinite(seconds)) return UNKNOWN
  if (seconds < 0) return `${MINUS}${duration(-seconds)}`
  const { amount, unit, rest = 0 } = rounded(seconds)
  const head = `${amount}${THIN}${unit}`
  if (rest === 0) return head
  const small = { min: `${rest}${THIN}s`, h: `${two(rest)}${THIN}min`, d: `${rest}${THIN}h` }
  return `${head}${JOIN}${small[unit as keyof typeof small]}`
}

/** Returns the same as terminals show it: `840µs`, `38.2ms`, `3.9s`, `4m02s`, `2h05m`, `3d4h`. */
export function compactDuration(seconds: number | null): string {
  if (seconds === null || !Number.isFinite(seconds)) return UNKNOWN
  if (seconds < 0) return `${MINUS}${compactDuration(-seconds)}`
  const { amount, unit, rest = 0 } = rounded(seconds)
  switch (unit) {
    case 'min':
      return `${amount}m${two(rest)}s`
    case 'h':
      return `${amount}h${two(rest)}m`
    case 'd':
      return `${amount}d${rest}h`
    default:
      return `${amount}${unit}`
  }
}

/** Returns a difference with its sign: `+16.9 s`, `−5.8 s`, `0 s`. */
export function signedDuration(seconds: number): string {
  const shown = isNone(seconds) ? 0 : seconds
  return shown > 0 ? `+${duration(shown)}` : duration(shown)
}

/** Returns the same as terminals show it: `+16.9s`. */
export function compactSignedDuration(seconds: number): string {
  const shown = isNone(seconds) ? 0 : seconds
  return shown > 0 ? `+${compactDuration(shown)}` : compactDuration(shown)
}

/** Returns whether a difference under half a microsecond comes from floating point. */
function isNone(seconds: number): boolean {
  return Math.abs(seconds) < 5e-7
}

/** Returns a time after the start: `+2 min 26 s`. */
export function afterStart(seconds: number): string {
  return `+${duration(Math.max(0, seconds))}`
}

/** Returns an estimate as terminals show it: seconds without tenths. */
export function compactEstimate(seconds: number): string {
  return compactDuration(Math.round(seconds)).replace('.0s', 's')
}

/** Returns a time of day or a length as `2:05`. */
export function minutesAndSeconds(seconds: number): string {
  const whole = Math.round(seconds)
  return `${Math.floor(whole / MINUTE)}:${two(whole % MINUTE)}`
}

function two(number: number): string {
  return String(number).padStart(2, '0')
}
