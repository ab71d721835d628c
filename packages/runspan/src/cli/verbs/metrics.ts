import { printCsv, printJson } from '../output.ts'
import { show } from '../show.ts'
import {
  type DataFlags,
  type RangeFlags,
  rangeFrom,
  type Verb,
  verb,
  withCsv,
  withData,
  withRange,
  withTimeZone,
} from '../verb.ts'
import { withOpenData } from '../with-data.ts'

type Flags = DataFlags &
  RangeFlags & { readonly workflow?: string; readonly timeZone?: string; readonly json?: true; readonly csv?: true }

/** `runspan metrics [runId]`: key metrics by day, or of one run. */
export const metricsVerb: Verb = () =>
  withTimeZone(
    withRange(
      withCsv(
        withData(
          verb('metrics [runId]', 'key metrics of runs by day, or of one run', [
            'runspan metrics --workflow nightly-orders --since 30d --time-zone Europe/Berlin',
            'runspan metrics 01a20b4a-52f1',
          ]),
        ),
      ),
    ),
  )
    .argument('[runId]', 'id of a run, its first characters, or the engine’s own key')
    .option('--workflow <name>', 'only runs of this workflow')
    .action(async (runId: string | undefined, flags: Flags) => {
      await withOpenData(flags, async ({ clickhouse }) => {
        const { dailyMetrics, keyMetrics } = await import('@runspan/analytics')
        const { dailyMetricsView, keyMetricsView } = await import('../../terminal/metrics-view.ts')
        if (runId !== undefined) {
          const metrics = await keyMetrics(clickhouse, runId)
          if (flags.json) return printJson(metrics)
          if (flags.csv) return printCsv([metrics], flags)
          return show((screen) => keyMetricsView(metrics, screen))
        }
        const { workflow, timeZone } = flags
        const rows = await dailyMetrics(clickhouse, { workflow, timeZone, ...rangeFrom(flags) })
        if (flags.json) return printJson(rows)
        if (flags.csv) return printCsv(rows, flags)
        show((screen) => dailyMetricsView(rows, screen))
      })
    })
