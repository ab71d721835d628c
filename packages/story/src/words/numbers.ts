const MINUTE = 60
const HOUR = 3600
const DAY = 86_400
/** Between a number and its unit: narrow, and no line breaks there. */
const THIN = '\u202F'
const JOIN = '\u00A0'
const MINUS = '−'
export const UNKNOWN = '–'

/** A duration as documents show it: `840 µs`, `38.2 ms`, `3.9 s`, `4 min 2 s`, `2 h 05 min`, `3 d 4 h`; rounded once, `–` where unknown. */
export function duration(seconds: number | null): string {
  if (seconds === null || !Number.isFinite(seconds)) return UNKNOWN
  if (seconds < 0) return `${MINUS}${duration(-seconds)}`
  if (seconds === 0) return `0${THIN}s`
  if (seconds < 0.000_999_5) return `${Math.round(seconds * 1e6)}${THIN}µs`
  if (seconds < 0.099_95) return `${(seconds * 1e3).toFixed(1)}${THIN}ms`
  if (seconds < 0.9995) return `${Math.round(seconds * 1e3)}${THIN}ms`
  if (seconds < 59.95) return `${seconds.toFixed(1)}${THIN}s`
  const whole = Math.round(seconds)
  if (whole < HOUR) return pair(Math.floor(whole / MINUTE), 'min', whole % MINUTE, 's')
  const minutes = Math.round(seconds / MINUTE)
  if (minutes < DAY / MINUTE) return pair(Math.floor(minutes / 60), 'h', minutes % 60, 'min', 2)
  const hours = Math.round(seconds / HOUR)
  return pair(Math.floor(hours / 24), 'd', hours % 24, 'h')
}

function pair(large: number, unit: string, small: number, smallUnit: string, digits = 1): string {
  const head = `${large}${THIN}${unit}`
  return small === 0 ? head : `${head}${JOIN}${String(small).padStart(digits, '0')}${THIN}${smallUnit}`
}

/** The same with its sign: `+16.9 s`, `−5.8 s`. */
export function signedDuration(seconds: number): string {
  return seconds > 0 ? `+${duration(seconds)}` : duration(seconds)
}

/** Seconds after the start: `+2 min 26 s`. */
export function afterStart(seconds: number): string {
  return `+${duration(Math.max(0, seconds))}`
}

/** `95 %`, `7.5 %`, `<1 %`: whole, one decimal under ten. */
export function percent(ratio: number | null): string {
  if (ratio === null || !Number.isFinite(ratio)) return UNKNOWN
  const value = ratio * 100
  if (value > 0 && value < 1) return `<1${THIN}%`
  const text = Math.abs(value) < 10 ? value.toFixed(1).replace(/\.0$/, '') : String(Math.round(value))
  return `${text}${THIN}%`
}

/** The same without decimals: for columns. */
export function wholePercent(ratio: number | null): string {
  if (ratio === null || !Number.isFinite(ratio)) return UNKNOWN
  const value = ratio * 100
  return value > 0 && value < 1 ? `<1${THIN}%` : `${Math.round(value)}${THIN}%`
}

/** How far a ratio is from 1, without sign: `25 %`, over tenfold `12 times`; null below what is noise. */
export function difference(ratio: number, noise = 0.05): string | null {
  if (!Number.isFinite(ratio) || Math.abs(ratio - 1) < noise) return null
  return ratio >= 10 ? `${Math.round(ratio)}${JOIN}times` : `${Math.round(Math.abs(ratio - 1) * 100)}${THIN}%`
}

/** `6 000`: thousands apart by a narrow space. */
export function count(value: number): string {
  return String(Math.round(value)).replaceAll(/\B(?=(\d{3})+(?!\d))/g, THIN)
}

const BYTE_UNITS = ['B', 'kB', 'MB', 'GB', 'TB', 'PB']

/** Decimal bytes: `1.4 MB`; `–` where unknown. */
export function bytes(value: number | null): string {
  if (value === null || !Number.isFinite(value)) return UNKNOWN
  let scaled = value
  let unit = 0
  while (Math.abs(scaled) >= 999.5 && unit < BYTE_UNITS.length - 1) {
    scaled /= 1000
    unit++
  }
  const text = Math.abs(scaled) < 10 && unit > 0 ? scaled.toFixed(1) : String(Math.round(scaled))
  return `${text}${THIN}${BYTE_UNITS[unit]}`
}

/** `0.1`, `9.9`, `12`: a plain number with one decimal under ten. */
export function decimal(value: number): string {
  return Math.abs(value) < 9.95 ? value.toFixed(1) : count(value)
}
