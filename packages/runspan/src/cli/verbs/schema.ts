import { type Command, Option } from 'commander'

import { RunspanError } from '../../errors.ts'
import { printJson, printLines, printNotice } from '../output.ts'
import { type DataFlags, dataFrom, jsonOption, type Verb, verb, withData } from '../verb.ts'

interface ClusterFlags {
  readonly cluster?: string
  readonly thisNode?: true
}

/** `runspan schema show|apply`: the DDL. */
export const schemaVerb: Verb = () =>
  verb('schema <command>', 'shows or applies the tables and views', [
    'runspan schema show',
    'runspan schema apply --clickhouse http://default:secret@db:8123/otel',
    'runspan schema apply --cluster production --clickhouse http://default:secret@db:8123/otel',
  ])
    .addCommand(show())
    .addCommand(apply())

/** Adds how the tables are spread over a cluster. */
function withCluster(command: Command): Command {
  return command
    .addOption(new Option('--cluster <name>', 'over the shards of this cluster of the server’s configuration'))
    .addOption(
      new Option(
        '--this-node',
        'with --cluster: only this server, without replicas and ClickHouse Keeper; once on each node',
      ),
    )
}

function show(): Command {
  return withCluster(verb('show', 'prints all statements', ['runspan schema show > schema.sql']))
    .addOption(new Option('--database <name>', 'with --cluster: the database over the cluster').default('runspan'))
    .addOption(jsonOption())
    .action(async (flags: ClusterFlags & { database: string; json?: true }) => {
      const { clusterFiles, schemaFiles } = await import('@runspan/clickhouse')
      const cluster = clusterIn(flags)
      const files = cluster === null ? schemaFiles() : clusterFiles({ ...cluster, database: flags.database })
      if (flags.json) return printJson(files)
      printLines(
        files.flatMap(({ name, statements }) => [`-- ${name}`, ...statements.map((statement) => `${statement};\n`)]),
      )
    })
}

function apply(): Command {
  return withCluster(
    withData(
      verb('apply', 'creates what is missing; running it again changes nothing', [
        'runspan schema apply --json',
        'runspan schema apply --cluster production --clickhouse http://default:secret@db:8123/otel',
      ]),
    ),
  ).action(async (flags: DataFlags & ClusterFlags & { json?: true }) => {
    const { applyClusterSchema, applySchema, ClickHouse } = await import('@runspan/clickhouse')
    const { startEmbedded } = await import('@runspan/embedded')
    const { configurationOf } = await import('@runspan/configuration')
    const cluster = clusterIn(flags)
    const { clickhouse: url, dataDir } = configurationOf(dataFrom(flags)).values
    const server = url === null ? await startEmbedded({ dataDir }) : null
    const clickhouse = new ClickHouse(
      server === null
        ? { url: url! }
        : { url: server.url, user: server.user, password: server.password, database: server.database },
    )
    try {
      const applied = await (cluster === null ? applySchema(clickhouse) : applyClusterSchema(clickhouse, cluster))
      if (flags.json) printJson({ applied })
      else printNotice(applied.length === 0 ? 'The schema is up to date.' : `Applied: ${applied.join(', ')}.`)
    } finally {
      await clickhouse.close()
      await server?.stop()
    }
  })
}

function clusterIn({ cluster, thisNode }: ClusterFlags): { cluster: string; thisNode: boolean } | null {
  if (cluster !== undefined) return { cluster, thisNode: thisNode === true }
  if (thisNode === true)
    throw new RunspanError('WRONG_USE', '--this-node says how --cluster NAME is applied: give both.')
  return null
}
