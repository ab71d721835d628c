import type { LargestRun, LargestTask, Resource } from '@runspan/analytics'
import { type Command, Option } from 'commander'

import { printCsv, printJson } from './output.ts'
import { show } from './show.ts'
import { type DataFlags, parseCount, type RangeFlags, rangeFrom, withCsv, withRange } from './verb.ts'
import { withOpenData } from './with-data.ts'

/** Options of `longest` and `hungriest`. */
export interface LargestFlags extends DataFlags, RangeFlags {
  readonly workflow?: string
  readonly tasks?: true
  readonly limit: number
  readonly json?: true
  readonly csv?: true
}

/** Adds what both verbs take. */
export function withLargest(command: Command): Command {
  return withRange(withCsv(command))
    .option('--workflow <name>', 'only of this workflow')
    .option('--tasks', 'attempts of tasks instead of runs')
    .addOption(new Option('--limit <n>', 'how many at most').default(20).argParser(parseCount(1000)))
}

/** Answers and shows the runs or attempts that have most of something. */
export async function showLargest(flags: LargestFlags, by: Resource): Promise<void> {
  await withOpenData(flags, async ({ clickhouse }) => {
    const { longestRuns, longestTasks } = await import('@runspan/analytics')
    const question = { workflow: flags.workflow, by, limit: flags.limit, ...rangeFrom(flags) }
    const rows: readonly (LargestRun | LargestTask)[] = flags.tasks
      ? await longestTasks(clickhouse, question)
      : await longestRuns(clickhouse, question)
    if (flags.json) return printJson(rows)
    if (flags.csv) return printCsv(rows, flags)
    const { largestView } = await import('../terminal/largest-view.ts')
    show((screen) => largestView({ rows, by }, screen))
  })
}
