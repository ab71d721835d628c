import type { ClickHouse } from '@runspan/clickhouse'
import { InvalidArgumentError } from 'commander'

import type { Verb } from '../define-verb.ts'
import { parsedArgument } from '../options.ts'
import { questionVerb } from '../question-verb.ts'

/** `runspan sql "<query>"`: read-only SQL. */
export const sqlVerb: Verb = questionVerb({
  name: 'sql',
  summary: 'asks ClickHouse itself, read-only',
  examples: ['runspan sql "select workflow, count() from workflow_tasks final group by workflow"'],
  arguments: { query: parsedArgument(parseQuery, 'one SELECT') },
  ask: async ({ clickhouse, server }, { query }) => {
    const { ClickHouse } = await import('@runspan/clickhouse')
    const reader =
      server === null
        ? clickhouse
        : new ClickHouse({
            url: server.url,
            user: server.readerUser,
            password: server.readerPassword,
            database: server.database,
          })
    try {
      return await reader.query<Record<string, unknown>>(query, {}, await settingsOf(reader))
    } finally {
      if (reader !== clickhouse) await reader.close()
    }
  },
  view: async (rows) => {
    const { rowsView } = await import('../../terminal/rows-view.ts')
    return (screen) => rowsView(rows, screen)
  },
})

function parseQuery(text: string): string {
  if (text.trim() === '') throw new InvalidArgumentError('Give one SELECT.')
  return text
}

/** Name in `system.query_log`, like the names of questions. */
const NAME = { log_comment: 'sql' }

/** Returns 64-bit integers as text, since JavaScript would round them. Sets `readonly` unless the user already is, as such a user may not set it. */
async function settingsOf(reader: ClickHouse): Promise<Parameters<ClickHouse['query']>[2]> {
  const [row] = await reader.query<{ mode: number }>("SELECT toUInt8(getSetting('readonly')) AS mode", {}, NAME)
  const mode = row!.mode
  // with readonly = 1 a user may not change any setting
  if (mode === 1) return {}
  return { ...NAME, output_format_json_quote_64bit_integers: 1, ...(mode === 0 ? { readonly: '1' } : {}) }
}
