/** A `DateTime64(9, 'UTC')` as ClickHouse prints it, as ISO 8601 with all its digits. */
export function isoTime(text: string): string {
  return `${text.replace(' ', 'T')}Z`
}

/** The same as a `Date`, whole milliseconds. */
export function dateOf(text: string): Date {
  return new Date(isoTime(text))
}

/** Nanoseconds as seconds. */
export function seconds(nanoseconds: number): number {
  return nanoseconds / 1e9
}

/** Seconds from one time to another, both as ClickHouse prints them or as ISO 8601, to the nanosecond. */
export function secondsBetween(from: string, to: string): number {
  return Number(sinceEpoch(to) - sinceEpoch(from)) / 1e9
}

/** Nanoseconds since 1970 of a time as ClickHouse prints it or as ISO 8601. */
export function sinceEpoch(text: string): bigint {
  const [whole = '', fraction = ''] = text.replace('Z', '').replace(' ', 'T').split('.')
  return BigInt(Date.parse(`${whole}Z`)) * 1_000_000n + BigInt(fraction.padEnd(9, '0').slice(0, 9))
}
