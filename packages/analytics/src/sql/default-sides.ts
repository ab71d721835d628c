import { type ClickHouse, defineQuery } from '@runspan/clickhouse'

import { NEEDS_ATTEMPTS } from './attempts-of-sides.ts'
import type { ComparedSide } from './compared-sides.ts'
import { OF_WORKFLOW, RUN_ROWS, startedSince } from './run-rows.ts'

const DAY_MS = 86_400_000
const WEEK_MS = 7 * DAY_MS
const VERSIONS_WITHIN_MS = 28 * DAY_MS
/** Maximum versions in 28 days; with more, weeks are compared instead. */
const MOST_VERSIONS = 8

const OF_TASKS = `workflow_tasks WHERE ${OF_WORKFLOW} AND start >= fromUnixTimestamp64Milli({from:Int64}, 'UTC')
  AND start < fromUnixTimestamp64Milli({to:Int64}, 'UTC')`

/** Versions of a workflow's tasks in the order in which they were first seen. */
const VERSIONS_SQL = `
SELECT toString(version) AS version, toFloat64(toUnixTimestamp64Milli(min(start))) AS first,
  toFloat64(toUnixTimestamp64Milli(max(start))) AS last
FROM ${OF_TASKS} AND version != '' AND status = 'completed'
GROUP BY version HAVING count() >= ${NEEDS_ATTEMPTS} ORDER BY first, version`

/** Duration of the longest runs: of those that started later than that ago, only the short ones have ended. */
const P99_SQL = `
SELECT toFloat64(ifNotFinite(quantileExact(0.99)(duration_ns), 0)) / 1e6 AS p99
FROM ${RUN_ROWS} WHERE ${OF_WORKFLOW} AND status = 'completed'
  AND ${startedSince("fromUnixTimestamp64Milli({from:Int64}, 'UTC')")}
    AND start < fromUnixTimestamp64Milli({to:Int64}, 'UTC')`

const COUNT_SQL = `SELECT toFloat64(count()) AS attempts FROM ${OF_TASKS}`

const VERSIONS = defineQuery({
  name: 'default-sides/versions',
  sql: VERSIONS_SQL,
  columns: (z) => ({ version: z.string(), first: z.number(), last: z.number() }),
})
const P99 = defineQuery({ name: 'default-sides/p99', sql: P99_SQL, columns: (z) => ({ p99: z.number() }) })
const COUNT = defineQuery({ name: 'default-sides/count', sql: COUNT_SQL, columns: (z) => ({ attempts: z.number() }) })

/**
 * Returns the default sides. For one workflow they are the latest version against the one before, if there are two to eight
 * in 28 days. Otherwise they are the last seven days, UTC, plus today, against the seven before, or the 28 before if those
 * are empty. Both end one p99 of the runs before now. Returns null without data.
 */
export async function defaultSides(
  clickhouse: ClickHouse,
  workflow: string | undefined,
  now: Date,
): Promise<{ baseline: ComparedSide; candidate: ComparedSide } | null> {
  const parameters = { workflow: workflow ?? '', from: now.getTime() - VERSIONS_WITHIN_MS, to: now.getTime() }
  const [[row], versions] = await Promise.all([
    clickhouse.ask(P99, { ...parameters, from: now.getTime() - WEEK_MS }),
    workflow === undefined ? [] : clickhouse.ask(VERSIONS, parameters),
  ])
  const end = now.getTime() - Math.min(DAY_MS, Math.ceil(row?.p99 ?? 0))
  if (versions.length >= 2 && versions.length <= MOST_VERSIONS) {
    const [before, latest] = versions.slice(-2).map(({ version, first, last }): ComparedSide => ({
      from: new Date(Math.floor(first)),
      to: new Date(Math.min(end, Math.floor(last) + 1)),
      version,
    }))
    if (before !== undefined && latest !== undefined && latest.to > latest.from)
      return { baseline: before, candidate: latest }
  }
  const candidate = { from: new Date(Math.floor(end / DAY_MS) * DAY_MS - WEEK_MS), to: new Date(end) }
  for (const length of [WEEK_MS, VERSIONS_WITHIN_MS]) {
    const baseline = { from: new Date(candidate.from.getTime() - length), to: candidate.from }
    const [size] = await clickhouse.ask(COUNT, {
      workflow: workflow ?? '',
      from: baseline.from.getTime(),
      to: baseline.to.getTime(),
    })
    if ((size?.attempts ?? 0) > 0) return { baseline, candidate }
  }
  return null
}
