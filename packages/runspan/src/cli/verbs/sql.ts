import { printJson } from '../output.ts'
import { show } from '../show.ts'
import { type DataFlags, type Verb, verb, withData } from '../verb.ts'
import { withOpenData } from '../with-data.ts'

/** `runspan sql "<query>"`: read-only SQL. */
export const sqlVerb: Verb = () =>
  withData(
    verb('sql <query>', 'asks ClickHouse itself, read-only', [
      'runspan sql "select workflow, count() from workflow_tasks final group by workflow"',
    ]),
  )
    .argument('<query>', 'one SELECT')
    .action(async (query: string, flags: DataFlags & { json?: true }) => {
      await withOpenData(flags, async ({ clickhouse, server }) => {
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
          // the embedded server's reader may only read; on a server of yours the setting says so
          const rows = await reader.query<Record<string, unknown>>(query, {}, server === null ? { readonly: '1' } : {})
          if (flags.json) return printJson(rows)
          const { rowsView } = await import('../../terminal/rows-view.ts')
          show((screen) => rowsView(rows, screen))
        } finally {
          if (reader !== clickhouse) await reader.close()
        }
      })
    })
