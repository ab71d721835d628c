import { JOIN, MINUS, ordinarySpaces, THIN, UNKNOWN } from './signs.ts'

/** Returns a share as its number: `95`, `7.5`, `<1`; null if unknown. */
function percentNumber(ratio: number | null): string | null {
  if (ratio === null || !Number.isFinite(ratio)) return null
  const value = ratio * 100
  if (value > 0 && value < 1) return '<1'
  return Math.abs(value) < 10 ? value.toFixed(1).replace(/\.0$/, '') : String(Math.round(value))
}

/** Returns a share as sentences and documents show it: `95 %`, `7.5 %`, `<1 %`; whole, one decimal under ten. */
export function percent(ratio: number | null): string {
  const number = percentNumber(ratio)
  return number === null ? UNKNOWN : `${number}${THIN}%`
}

/** Returns the same as terminals show it: `95%`. */
export function compactPercent(ratio: number | null): string {
  const number = percentNumber(ratio)
  return number === null ? UNKNOWN : `${number}%`
}

/** Returns the same without decimals: for columns. */
export function wholePercent(ratio: number | null): string {
  if (ratio === null || !Number.isFinite(ratio)) return UNKNOWN
  const value = ratio * 100
  return value > 0 && value < 1 ? `<1${THIN}%` : `${Math.round(value)}${THIN}%`
}

/** Ratio from which factors are shown instead of percent. */
const TIMES = 10

/** Returns how far a ratio is from 1, without sign: `25 %`, over tenfold `12 times`; null for noise. */
export function difference(ratio: number, noise = 0.05): string | null {
  if (!Number.isFinite(ratio) || Math.abs(ratio - 1) < noise) return null
  return ratio >= TIMES ? `${Math.round(ratio)}${JOIN}times` : `${Math.round(Math.abs(ratio - 1) * 100)}${THIN}%`
}

/** Returns the same as terminals show it within sentences: `25%`, `12 times`. */
export function compactDifference(ratio: number, noise = 0.05): string | null {
  const words = difference(ratio, noise)
  return words === null ? null : ordinarySpaces(words.replace(THIN, ''))
}

/** Returns the same with its sign as columns of terminals show it: `+25%`, `−7%`, `12×`; "same" for noise. */
export function compactChange(ratio: number, noise = 0.05): string {
  const words = difference(ratio, noise)
  if (words === null) return 'same'
  return ratio >= TIMES ? `${Math.round(ratio)}×` : `${ratio < 1 ? MINUS : '+'}${words.replace(THIN, '')}`
}

/** Returns a whole number: `6 000`, with a narrow space between thousands. */
export function count(value: number): string {
  return String(Math.round(value)).replaceAll(/\B(?=(\d{3})+(?!\d))/g, THIN)
}

/** Returns a number as terminals show it: `999`, `12.5k`, `3.2M`. */
export function compactCount(value: number): string {
  if (value < 1000) return String(Math.round(value * 10) / 10)
  if (value < 999_500) return `${(value / 1000).toFixed(value < 99_950 ? 1 : 0).replace(/\.0$/, '')}k`
  return `${(value / 1e6).toFixed(1).replace(/\.0$/, '')}M`
}

const BYTE_UNITS = ['B', 'kB', 'MB', 'GB', 'TB', 'PB']

/** Returns decimal bytes: `1.4 MB`; `–` if unknown. */
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

/** Returns the same as terminals show it, with an ordinary space. */
export function compactBytes(value: number | null): string {
  return ordinarySpaces(bytes(value))
}

/** Returns a plain number with one decimal under ten: `0.1`, `9.9`, `12`. */
export function decimal(value: number): string {
  return Math.abs(value) < 9.95 ? value.toFixed(1) : count(value)
}

/** Returns the same as terminals show it: `0.1`, `12.5`, `12.5k`. */
export function compactDecimal(value: number): string {
  return Math.abs(value) < 9.95 ? value.toFixed(1) : compactCount(value)
}

/** Returns a plain number with a fixed number of decimals, for columns. */
export function fixed(value: number, decimals: number): string {
  return value.toFixed(decimals)
}
