/**
 * Returns a panel's SQL as the ClickHouse data source sends it: with macros and Grafana's variables filled in, as both
 * document them.
 */
export function expanded(
  sql: string,
  values: { readonly from: Date; readonly to: Date; readonly workflow: string; readonly run: string },
): string {
  const [from, to] = [values.from, values.to].map((time) => `toDateTime(${Math.floor(time.getTime() / 1000)})`)
  return sql
    .replaceAll('$__fromTime', from!)
    .replaceAll('$__toTime', to!)
    .replaceAll(/\$__timeFilter\((\w+)\)/g, `$1 >= ${from} AND $1 <= ${to}`)
    .replaceAll(/\$__timeInterval\((\w+)\)/g, 'toStartOfInterval(toDateTime($1), INTERVAL 20 second)')
    .replaceAll('$__interval_s', '20')
    .replaceAll('${workflow:sqlstring}', `'${values.workflow}'`)
    .replaceAll('${run:sqlstring}', `'${values.run}'`)
}
