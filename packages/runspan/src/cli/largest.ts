import type { LargestRun, LargestTask, Resource } from '@runspan/analytics'
import type { ClickHouse } from '@runspan/clickhouse'

import type { Terminal } from '../terminal/terminal.ts'
import type { OptionDefinition, ValuesOf } from './define-verb.ts'
import { flag, limit, RANGE, rangeFrom, text } from './options.ts'

type Largest = readonly (LargestRun | LargestTask)[]

/** Options of `longest` and `hungriest`. */
export const LARGEST: typeof RANGE & {
  readonly workflow: OptionDefinition<string | undefined>
  readonly tasks: OptionDefinition<true | undefined>
  readonly limit: OptionDefinition<number>
} = {
  ...RANGE,
  workflow: text('<name>', 'only of this workflow'),
  tasks: flag('attempts of tasks instead of runs'),
  limit: limit(20),
}

/** Returns the runs or attempts that used most of a resource. */
export async function largest(
  clickhouse: ClickHouse,
  { by, workflow, tasks, limit: most, ...range }: ValuesOf<typeof LARGEST> & { readonly by: Resource },
): Promise<Largest> {
  const { longestRuns, longestTasks } = await import('@runspan/analytics')
  const question = { workflow, by, limit: most, ...rangeFrom(range) }
  return tasks ? longestTasks(clickhouse, question) : longestRuns(clickhouse, question)
}

/** Loads and returns the view of the largest runs or attempts. */
export async function largestLines(rows: Largest, by: Resource): Promise<(screen: Terminal) => readonly string[]> {
  const { largestView } = await import('../terminal/largest-view.ts')
  return (screen) => largestView({ rows, by }, screen)
}
