/** SQL of the time, to the millisecond, that an SQL expression says in seconds since 1970. */
export function timeOf(secondsSql: string): string {
  return `fromUnixTimestamp64Milli(toInt64((${secondsSql}) * 1000), 'UTC')`
}
