/** Returns a `DateTime64(9, 'UTC')` as ClickHouse prints it as ISO 8601 with all its digits. */
export function isoTime(text: string): string {
  return `${text.replace(' ', 'T')}Z`
}

/** Returns the same time as a `Date`, cut to milliseconds. */
export function dateOf(text: string): Date {
  return new Date(isoTime(text))
}

/** Returns nanoseconds as seconds. */
export function seconds(nanoseconds: number): number {
  return nanoseconds / 1e9
}

/** Returns the seconds from one time to another, to the nanosecond. Both are as ClickHouse prints them or ISO 8601. */
export function secondsBetween(from: string, to: string): number {
  return Number(sinceEpoch(to) - sinceEpoch(from)) / 1e9
}

/** Returns nanoseconds since 1970 of a time as ClickHouse prints it or as ISO 8601. */
export function sinceEpoch(text: string): bigint {
  const [whole = '', fraction = ''] = text.replace('Z', '').replace(' ', 'T').split('.')
  return BigInt(Date.parse(`${whole}Z`)) * 1_000_000n + BigInt(fraction.padEnd(9, '0').slice(0, 9))
}
