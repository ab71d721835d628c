import { duration, minutesAndSeconds } from '@runspan/story'

const STEPS = [
  ...[1e-6, 1e-5, 1e-4, 0.001, 0.01, 0.1].flatMap((unit) => [unit, 2 * unit, 5 * unit]),
  1,
  2,
  5,
  10,
  15,
  30,
  ...[1, 2, 5, 10, 15, 30].map((minutes) => minutes * 60),
  ...[1, 2, 5, 10, 24, 48, 120, 240, 480].map((hours) => hours * 3600),
]

export interface Tick {
  /** Seconds after the start. */
  readonly at: number
  readonly label: string
  /** On a narrow screen only these have a label. */
  readonly major: boolean
}

/** Returns round steps from 0, about eight of them; no tick past the end. */
export function ticks(seconds: number, most = 8, majors = 3): Tick[] {
  const step = stepFor(seconds, most)
  const count = Math.floor(seconds / step + 1e-9)
  const every = Math.max(1, Math.ceil((count + 1) / (majors + 1)))
  return Array.from({ length: count + 1 }, (_, i) => ({
    at: i * step,
    label: tickLabel(i * step),
    major: i % every === 0,
  }))
}

/** Returns the smallest round step that gives at most `most` ticks. */
export function stepFor(seconds: number, most: number): number {
  return STEPS.find((step) => seconds / step <= most) ?? Math.max(seconds, 1e-6)
}

/** Returns `0`, `30 s`, `1 min`, `1:30`, `2 h`. */
export function tickLabel(seconds: number): string {
  if (seconds === 0) return '0'
  if (seconds > 60 && seconds < 3600 && Math.round(seconds) % 60 !== 0) {
    return minutesAndSeconds(seconds)
  }
  return duration(seconds).replace(/\.0(?=\D)/, '')
}
