import { ClickHouseError } from '../client/errors.ts'

const NAME = /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,99}$/

/**
 * Returns a name of a cluster or a database that is safe in a statement: DDL does not accept bound parameters everywhere.
 * Throws `ClickHouseError` `INVALID_NAME`.
 */
export function checkedName(what: 'cluster' | 'database', name: string): string {
  if (NAME.test(name)) return name
  throw new ClickHouseError(
    'INVALID_NAME',
    `The name of a ${what} must be 1 to 100 letters, digits, "_", "-" and ".", not ${JSON.stringify(name.slice(0, 100))}.`,
  )
}

/** Returns a name as an identifier. */
export function identifier(name: string): string {
  return `\`${name.replaceAll('\\', '\\\\').replaceAll('`', '\\`')}\``
}

/** Returns text as a literal. */
export function literal(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`
}
