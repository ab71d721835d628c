/** Returns SQL of the time, to the millisecond, of an SQL expression in seconds since 1970. */
export function timeOf(secondsSql: string): string {
  return `fromUnixTimestamp64Milli(toInt64((${secondsSql}) * 1000), 'UTC')`
}
