import { InvalidArgumentError } from 'commander'

const UNIT_SECONDS: Readonly<Record<string, number>> = {
  ms: 0.001,
  s: 1,
  m: 60,
  min: 60,
  h: 3600,
  d: 86_400,
  w: 604_800,
}

/** Returns the seconds of a length of time: `90`, `1s`, `15m`, `24h`, `30d`. Throws `InvalidArgumentError`. */
export function parseSeconds(text: string): number {
  const match = /^(\d+(?:\.\d+)?)\s*(ms|s|m|min|h|d|w)?$/.exec(text)
  if (match === null) throw new InvalidArgumentError('Give a length of time such as 1s, 15m, 24h or 30d.')
  return Number(match[1]) * UNIT_SECONDS[match[2] ?? 's']!
}

/** Returns whether a text is a length of time with its unit, such as `24h`. */
export function isLength(text: string): boolean {
  return /^\d+(\.\d+)?\s*(ms|s|m|min|h|d|w)$/.test(text)
}

/** Returns the time of an ISO date or time, or of a length of time before now. Throws `InvalidArgumentError`. */
export function parseTime(text: string): Date {
  if (isLength(text)) return new Date(Date.now() - parseSeconds(text) * 1000)
  const date = new Date(text)
  if (Number.isNaN(date.getTime())) {
    throw new InvalidArgumentError('Give a time such as 2026-11-24, 2026-11-24T14:00:00Z, or 24h for 24 hours ago.')
  }
  return date
}

/** Returns a parser of whole numbers from 1 to `highest`. */
export function parseCount(highest: number): (text: string) => number {
  return (text) => {
    const number = Number(text)
    if (!Number.isInteger(number) || number < 1 || number > highest) {
      throw new InvalidArgumentError(`Give a whole number from 1 to ${highest}.`)
    }
    return number
  }
}
