const MINUTE = 60
const HOUR = 3600
const DAY = 86_400

/** A duration as terminals show it: `840µs`, `38.2ms`, `3.9s`, `4m02s`, `2h05m`, `3d4h`. Rounded once: 59.96 s is `1m00s`. */
export function duration(seconds: number): string {
  if (seconds < 0) return `-${duration(-seconds)}`
  if (seconds === 0) return '0s'
  if (seconds < 0.000_999_5) return `${Math.round(seconds * 1e6)}µs`
  if (seconds < 0.099_95) return `${(seconds * 1e3).toFixed(1)}ms`
  if (seconds < 0.9995) return `${Math.round(seconds * 1e3)}ms`
  if (seconds < 59.95) return `${seconds.toFixed(1)}s`
  const whole = Math.round(seconds)
  if (whole < HOUR) return `${Math.floor(whole / MINUTE)}m${two(whole % MINUTE)}s`
  const minutes = Math.round(seconds / MINUTE)
  if (minutes < DAY / MINUTE) return `${Math.floor(minutes / 60)}h${two(minutes % 60)}m`
  const hours = Math.round(seconds / HOUR)
  return `${Math.floor(hours / 24)}d${hours % 24}h`
}

function two(number: number): string {
  return String(number).padStart(2, '0')
}

/** `95%`, `7.5%`, `<1%`: whole, one decimal under ten. */
export function percent(ratio: number): string {
  const value = ratio * 100
  if (value > 0 && value < 1) return '<1%'
  const text = Math.abs(value) < 10 ? value.toFixed(1).replace(/\.0$/, '') : String(Math.round(value))
  return `${text}%`
}

/** A difference with its sign, `+25%`, `−7%`; "same" below what is noise. */
export function change(ratio: number, noise = 0.05): string {
  const difference = ratio - 1
  if (Math.abs(difference) < noise) return 'same'
  const text = ratio >= 10 ? `${Math.round(ratio)}×` : `${Math.round(Math.abs(difference) * 100)}%`
  return ratio >= 10 ? text : `${difference < 0 ? '−' : '+'}${text}`
}

/** `999`, `12.5k`, `3.2M`. */
export function count(value: number): string {
  if (value < 1000) return String(Math.round(value * 10) / 10)
  if (value < 999_500) return `${(value / 1000).toFixed(value < 99_950 ? 1 : 0).replace(/\.0$/, '')}k`
  return `${(value / 1e6).toFixed(1).replace(/\.0$/, '')}M`
}

const BYTE_UNITS = ['B', 'kB', 'MB', 'GB', 'TB', 'PB']

/** Decimal bytes: `1.4 MB`. */
export function bytes(value: number): string {
  let scaled = value
  let unit = 0
  while (Math.abs(scaled) >= 999.5 && unit < BYTE_UNITS.length - 1) {
    scaled /= 1000
    unit++
  }
  return `${Math.abs(scaled) < 10 && unit > 0 ? scaled.toFixed(1) : Math.round(scaled)} ${BYTE_UNITS[unit]}`
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']

/** `24 Nov 2026 14:00:11 UTC`. */
export function timestamp(date: Date): string {
  return `${day(date)} ${date.getUTCFullYear()} ${clock(date)}:${two(date.getUTCSeconds())} UTC`
}

/** `24 Nov`. */
export function day(date: Date): string {
  return `${date.getUTCDate()} ${MONTHS[date.getUTCMonth()]}`
}

function clock(date: Date): string {
  return `${two(date.getUTCHours())}:${two(date.getUTCMinutes())}`
}

/** `today 14:00`, `yesterday 02:00`, `22 Nov 02:00`; times are UTC, as everywhere. */
export function relativeDay(date: Date, now: Date): string {
  const days = Math.floor(now.getTime() / 86_400_000) - Math.floor(date.getTime() / 86_400_000)
  if (days === 0) return `today ${clock(date)}`
  if (days === 1) return `yesterday ${clock(date)}`
  return date.getUTCFullYear() === now.getUTCFullYear()
    ? `${day(date)} ${clock(date)}`
    : `${day(date)} ${date.getUTCFullYear()}`
}
