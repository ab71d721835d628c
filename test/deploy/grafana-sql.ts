import type { ClickHouse } from '@runspan/clickhouse'

/** Placeholders for the dashboard's range and workflow, while a question is asked for its SQL. */
export const FROM: Date = new Date(1_000_000_000_000)
export const TO: Date = new Date(2_000_000_000_000)
export const WORKFLOW = 'the dashboard’s workflow'

interface Asked {
  readonly sql: string
  readonly parameters: Readonly<Record<string, unknown>>
}

class QueryRecorded extends Error {
  readonly asked: Asked
  constructor(asked: Asked) {
    super('a question was left at its first query')
    this.asked = asked
  }
}

/** Returns the first query that a question would send, without a server, so that SQL is not written twice. */
export async function sqlOf(question: (clickhouse: ClickHouse) => Promise<unknown>): Promise<string> {
  // a question cannot continue without rows: it stops at its first query
  const recorder = {
    ask: async ({ sql }: { readonly sql: string }, parameters: Asked['parameters'] = {}) => {
      throw new QueryRecorded({ sql, parameters })
    },
  } as unknown as ClickHouse
  try {
    await question(recorder)
  } catch (error) {
    if (error instanceof QueryRecorded) return withMacros(error.asked)
    throw error
  }
  throw new Error('the question asked nothing')
}

/** Replaces parameters by the plugin's macros and Grafana's variables, or by their values. */
function withMacros({ sql, parameters }: Asked): string {
  const text = sql.replaceAll(/\{(\w+):([^{}]+)\}/g, (_, name: string, type: string) => {
    // Grafana has no access to a spool
    const value = name === 'deliveredUntil' ? 0 : parameters[name]
    if (value === FROM.getTime() / 1000) return 'toFloat64(toUnixTimestamp($__fromTime))'
    if (value === TO.getTime() / 1000) return 'toFloat64(toUnixTimestamp($__toTime))'
    if (value === WORKFLOW) return '${workflow:sqlstring}'
    return literal(value, type)
  })
  return text.trim()
}

function literal(value: unknown, type: string): string {
  if (Array.isArray(value)) return `CAST([${value.map((one) => literal(one, 'String')).join(', ')}], '${type}')`
  if (typeof value === 'number') return type === 'String' ? `'${value}'` : String(value)
  return `'${String(value).replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`
}
