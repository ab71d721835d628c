const MINUTE = 60
const HOUR = 3600
const DAY = 86_400

/** A duration in words: `840 µs`, `38.2 ms`, `3.9 s`, `4 min 2 s`, `2 h 05 min`, `3 d 4 h`; rounded once. */
export function durationText(seconds: number): string {
  if (seconds === 0) return '0 s'
  if (seconds < 0.000_999_5) return `${Math.round(seconds * 1e6)} µs`
  if (seconds < 0.9995) return `${Number((seconds * 1e3).toFixed(1))} ms`
  if (seconds < 59.95) return `${Number(seconds.toFixed(1))} s`
  const whole = Math.round(seconds)
  if (whole < HOUR) return `${Math.floor(whole / MINUTE)} min${whole % MINUTE === 0 ? '' : ` ${whole % MINUTE} s`}`
  const minutes = Math.round(seconds / MINUTE)
  if (minutes < DAY / MINUTE) return `${Math.floor(minutes / 60)} h ${String(minutes % 60).padStart(2, '0')} min`
  const hours = Math.round(seconds / HOUR)
  return `${Math.floor(hours / 24)} d ${hours % 24} h`
}
