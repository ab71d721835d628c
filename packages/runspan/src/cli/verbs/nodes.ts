import type { NodePerformance } from '@runspan/analytics'

import type { Verb } from '../define-verb.ts'
import { parsed, RANGE, rangeFrom, WORKFLOW } from '../options.ts'
import { parseCount } from '../parse.ts'
import { questionVerb } from '../question-verb.ts'

/** Default number of tasks in the table, and in JSON or CSV. */
const MOST_SHOWN = 200
const MOST_ROWS = 1000

/** `runspan nodes <workflow>`: performance of each task. */
export const nodesVerb: Verb = questionVerb({
  name: 'nodes',
  summary: 'performance of each task of a workflow',
  examples: ['runspan nodes nightly-orders --since 7d'],
  arguments: WORKFLOW,
  options: {
    ...RANGE,
    limit: parsed(
      '<n>',
      parseCount(1_000_000),
      `tasks at most, ${MOST_SHOWN} by default, ${MOST_ROWS} with --json or --csv`,
    ),
  },
  ask: async ({ clickhouse }, { workflow, limit, json, csv, ...range }) => {
    const { generatedPattern, nodePerformance } = await import('@runspan/analytics')
    const all = await nodePerformance(clickhouse, { workflow, ...rangeFrom(range) })
    const most = limit ?? (json || csv ? MOST_ROWS : MOST_SHOWN)
    if (all.length <= most) return { nodes: all, of: all.length, pattern: null }
    const pattern = generatedPattern(all.map(({ nodeId }) => nodeId))
    return { nodes: all.toSorted(largestFirst).slice(0, most), of: all.length, pattern }
  },
  notice: ({ nodes, of, pattern }) => {
    if (of <= nodes.length) return null
    const generated =
      pattern === null
        ? ''
        : ` Their names look generated (${pattern}): give tasks stable names, and put what varies into attributes.`
    return `The largest ${nodes.length} of ${of} tasks, --limit shows more.${generated}`
  },
  json: ({ nodes }) => nodes,
  rows: ({ nodes }) => nodes,
  view: async ({ nodes }, { workflow, ...given }, { clickhouse }) => {
    const { dailyDurations } = await import('@runspan/analytics')
    const { nodesView } = await import('../../terminal/nodes-view.ts')
    const range = { workflow, ...rangeFrom(given) }
    const daily = await dailyDurations(clickhouse, range)
    return (screen) => nodesView({ nodes, daily, ...range }, screen)
  },
})

/** Sorts by share of the critical path, then by total time, largest first. */
function largestFirst(a: NodePerformance, b: NodePerformance): number {
  const time = (row: NodePerformance): number => row.count * (row.avgDurationSeconds ?? 0)
  return b.shareOfCriticalPath - a.shareOfCriticalPath || time(b) - time(a)
}
