import type { NodePerformance } from '@runspan/analytics'
import { Option } from 'commander'

import { type CsvFlags, printCsv, printJson, printNotice } from '../output.ts'
import { show } from '../show.ts'
import {
  type DataFlags,
  type RangeFlags,
  parseCount,
  rangeFrom,
  type Verb,
  verb,
  withCsv,
  withData,
  withRange,
} from '../verb.ts'
import { withOpenData } from '../with-data.ts'

/** Tasks shown in a table, and written as rows, where nothing else is said. */
const MOST_SHOWN = 200
const MOST_ROWS = 1000

/** The largest share of the critical path first, then the longest time in all. */
function largestFirst(a: NodePerformance, b: NodePerformance): number {
  const time = (row: NodePerformance): number => row.count * (row.avgDurationSeconds ?? 0)
  return b.shareOfCriticalPath - a.shareOfCriticalPath || time(b) - time(a)
}

/** `runspan nodes <workflow>`: performance of each task. */
export const nodesVerb: Verb = () =>
  withRange(
    withCsv(
      withData(
        verb('nodes <workflow>', 'performance of each task of a workflow', ['runspan nodes nightly-orders --since 7d']),
      ),
    ),
  )
    .argument('<workflow>', 'name of the workflow')
    .addOption(
      new Option('--limit <n>', `tasks at most, ${MOST_SHOWN} by default, ${MOST_ROWS} with --json or --csv`).argParser(
        parseCount(1_000_000),
      ),
    )
    .action(async (workflow: string, flags: DataFlags & RangeFlags & CsvFlags & { json?: true; limit?: number }) => {
      await withOpenData({ ...flags, workflow }, async ({ clickhouse }) => {
        const { dailyDurations, generatedPattern, nodePerformance } = await import('@runspan/analytics')
        const range = { workflow, ...rangeFrom(flags) }
        const rows = await nodePerformance(clickhouse, range)
        const most = flags.limit ?? (flags.json || flags.csv ? MOST_ROWS : MOST_SHOWN)
        const shown = rows.length <= most ? rows : rows.toSorted(largestFirst).slice(0, most)
        if (rows.length > shown.length) {
          const pattern = generatedPattern(rows.map(({ nodeId }) => nodeId))
          const generated =
            pattern === null
              ? ''
              : ` Their names look generated (${pattern}): give tasks stable names, and put what varies into attributes.`
          printNotice(`The largest ${shown.length} of ${rows.length} tasks, --limit shows more.${generated}`)
        }
        if (flags.json) return printJson(shown)
        if (flags.csv) return printCsv(shown, flags)
        const daily = await dailyDurations(clickhouse, range)
        const { nodesView } = await import('../../terminal/nodes-view.ts')
        show((screen) => nodesView({ nodes: shown, daily, ...range }, screen))
      })
    })
