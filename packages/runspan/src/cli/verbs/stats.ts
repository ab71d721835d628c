import { printCsv, printJson } from '../output.ts'
import { show } from '../show.ts'
import { type DataFlags, type RangeFlags, rangeFrom, type Verb, verb, withCsv, withData, withRange } from '../verb.ts'
import { withOpenData } from '../with-data.ts'

/** `runspan stats`: run statistics. */
export const statsVerb: Verb = () =>
  withRange(
    withCsv(
      withData(
        verb('stats', 'run statistics: how many, how well, how long', [
          'runspan stats --workflow nightly-orders --since 30d',
        ]),
      ),
    ),
  )
    .option('--workflow <name>', 'only runs of this workflow')
    .action(async (flags: DataFlags & RangeFlags & { workflow?: string; json?: true; csv?: true }) => {
      await withOpenData(flags, async ({ clickhouse }) => {
        const { dailyMetrics, runs, runStats } = await import('@runspan/analytics')
        const range = { workflow: flags.workflow, ...rangeFrom(flags) }
        const stats = await runStats(clickhouse, range)
        if (flags.json) return printJson(stats)
        if (flags.csv) return printCsv([stats], flags)
        const { workflow } = flags
        const { readWorkflow } = await import('@runspan/workspace')
        const [recent, daily, told] = await Promise.all([
          runs(clickhouse, { ...range, limit: 60 }),
          dailyMetrics(clickhouse, range),
          workflow === undefined ? undefined : readWorkflow(clickhouse, { ...range, workflow }),
        ])
        const { statsView } = await import('../../terminal/stats-view.ts')
        show((screen) => statsView({ stats, recent: recent.runs, daily, told, ...range }, screen))
      })
    })
