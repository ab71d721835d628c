import { z } from 'zod'

const UNIT_SECONDS: Readonly<Record<string, number>> = { s: 1, m: 60, min: 60, h: 3600, d: 86_400, w: 604_800 }

/** Settings that are durations: `every: 24h` stands for `everySeconds: 86400`. */
const LENGTHS = ['every', 'grace', 'window', 'baseline', 'limit', 'cooldown', 'timeout']

/** Returns `90`, `15m`, `24h`, `30d` in seconds; null for anything else. */
export function secondsOf(value: unknown): number | null {
  if (typeof value === 'number') return value
  const match = typeof value === 'string' ? /^\s*(\d+(?:\.\d+)?)\s*(s|m|min|h|d|w)?\s*$/.exec(value) : null
  return match === null ? null : Number(match[1]) * UNIT_SECONDS[match[2] ?? 's']!
}

/** Returns a schema that accepts durations in short form. */
export function withLengths<T>(schema: z.ZodType<T>): z.ZodType<T> {
  return z.preprocess((value, context) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
    return Object.fromEntries(
      Object.entries(value).map(([key, entry]: [string, unknown]) => {
        if (!LENGTHS.includes(key)) return [key, entry]
        const seconds = secondsOf(entry)
        if (seconds === null) {
          context.addIssue({
            code: 'custom',
            path: [key],
            message: 'must be a length of time such as 90, 15m, 24h or 30d',
          })
        }
        return [`${key}Seconds`, seconds ?? 1]
      }),
    )
  }, schema)
}
