import type { Command } from 'commander'

import { printJson, printLines, say } from '../output.ts'
import { type DataFlags, dataFrom, jsonOption, type Verb, verb, withData } from '../verb.ts'

/** `runspan schema show|apply`: the DDL. */
export const schemaVerb: Verb = () =>
  verb('schema <command>', 'shows or applies the tables and views', [
    'runspan schema show',
    'runspan schema apply --clickhouse http://default:secret@db:8123/otel',
  ])
    .addCommand(show())
    .addCommand(apply())

function show(): Command {
  return verb('show', 'prints all statements', ['runspan schema show > schema.sql'])
    .addOption(jsonOption())
    .action(async (flags: { json?: true }) => {
      const { schemaFiles } = await import('@runspan/clickhouse')
      const files = schemaFiles()
      if (flags.json) return printJson(files)
      printLines(
        files.flatMap(({ name, statements }) => [`-- ${name}`, ...statements.map((statement) => `${statement};\n`)]),
      )
    })
}

function apply(): Command {
  return withData(
    verb('apply', 'creates what is missing; running it again changes nothing', ['runspan schema apply --json']),
  ).action(async (flags: DataFlags & { json?: true }) => {
    const { applySchema, ClickHouse } = await import('@runspan/clickhouse')
    const { startEmbedded } = await import('@runspan/embedded')
    const { configurationOf } = await import('../../open-data.ts')
    const { clickhouse: url, dataDir } = configurationOf(dataFrom(flags)).values
    const server = url === null ? await startEmbedded({ dataDir }) : null
    const clickhouse = new ClickHouse(
      server === null
        ? { url: url! }
        : { url: server.url, user: server.user, password: server.password, database: server.database },
    )
    try {
      const applied = await applySchema(clickhouse)
      if (flags.json) printJson({ applied })
      else say(applied.length === 0 ? 'The schema is up to date.' : `Applied: ${applied.join(', ')}.`)
    } finally {
      await clickhouse.close()
      await server?.stop()
    }
  })
}
