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

/** In `system.query_log`, as questions have one. */
const NAME = { log_comment: 'sql' }

/** 64-bit integers as text, which JavaScript's numbers would round; read-only where the user is not so already, as such a user may not say it. */
async function settingsOf(reader: ClickHouse): Promise<Parameters<ClickHouse['query']>[2]> {
  const [row] = await reader.query<{ mode: number }>("SELECT toUInt8(getSetting('readonly')) AS mode", {}, NAME)
  const mode = row!.mode
  // in mode 1 a user may set nothing at all
  if (mode === 1) return {}
  return { ...NAME, output_format_json_quote_64bit_integers: 1, ...(mode === 0 ? { readonly: '1' } : {}) }
}
