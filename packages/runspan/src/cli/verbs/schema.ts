import { RunspanError } from '../../errors.ts'
import { defineGroup, defineVerb, type ValuesOf, type Verb } from '../define-verb.ts'
import { DATA, dataFrom, flag, JSON_OPTION, text } from '../options.ts'
import { printJson, printLines, printNotice } from '../output.ts'

/** Options that spread the tables over a cluster. */
const CLUSTER = {
  cluster: text('<name>', 'over the shards of this cluster of the server’s configuration'),
  thisNode: flag('with --cluster: only this server, without replicas and ClickHouse Keeper; once on each node'),
}

const showVerb = defineVerb({
  name: 'show',
  summary: 'prints all statements',
  examples: ['runspan schema show > schema.sql'],
  options: {
    ...CLUSTER,
    database: text('<name>', 'with --cluster: the database over the cluster', { default: 'runspan' }),
    ...JSON_OPTION,
  },
  run: async (input) => {
    const { clusterFiles, schemaFiles } = await import('@runspan/clickhouse')
    const cluster = clusterIn(input)
    const files = cluster === null ? schemaFiles() : clusterFiles({ ...cluster, database: input.database })
    if (input.json) return printJson(files)
    printLines(
      files.flatMap(({ name, statements }) => [`-- ${name}`, ...statements.map((statement) => `${statement};\n`)]),
    )
  },
})

const applyVerb = defineVerb({
  name: 'apply',
  summary: 'creates what is missing; running it again changes nothing',
  examples: [
    'runspan schema apply --json',
    'runspan schema apply --cluster production --clickhouse http://default:secret@db:8123/otel',
  ],
  options: { ...JSON_OPTION, ...DATA, ...CLUSTER },
  run: async (input) => {
    const { applyClusterSchema, applySchema, ClickHouse } = await import('@runspan/clickhouse')
    const { startEmbedded } = await import('@runspan/embedded')
    const { configurationOf } = await import('@runspan/configuration')
    const cluster = clusterIn(input)
    const { clickhouse: url, dataDir } = configurationOf(dataFrom(input)).values
    const server = url === null ? await startEmbedded({ dataDir }) : null
    const clickhouse = new ClickHouse(
      server === null
        ? { url: url! }
        : { url: server.url, user: server.user, password: server.password, database: server.database },
    )
    try {
      const applied = await (cluster === null ? applySchema(clickhouse) : applyClusterSchema(clickhouse, cluster))
      if (input.json) printJson({ applied })
      else printNotice(applied.length === 0 ? 'The schema is up to date.' : `Applied: ${applied.join(', ')}.`)
    } finally {
      await clickhouse.close()
      await server?.stop()
    }
  },
})

/** `runspan schema show|apply`: the DDL. */
export const schemaVerb: Verb = defineGroup({
  name: 'schema',
  summary: 'shows or applies the tables and views',
  examples: [
    'runspan schema show',
    'runspan schema apply --clickhouse http://default:secret@db:8123/otel',
    'runspan schema apply --cluster production --clickhouse http://default:secret@db:8123/otel',
  ],
  verbs: [showVerb, applyVerb],
})

function clusterIn({ cluster, thisNode }: ValuesOf<typeof CLUSTER>): { cluster: string; thisNode: boolean } | null {
  if (cluster !== undefined) return { cluster, thisNode: thisNode === true }
  if (thisNode === true)
    throw new RunspanError('WRONG_USE', '--this-node says how --cluster NAME is applied: give both.')
  return null
}
