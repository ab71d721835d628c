import { printCsv, printJson } from '../output.ts'
import { show } from '../show.ts'
import { type DataFlags, type RangeFlags, rangeFrom, type Verb, verb, withCsv, withData, withRange } from '../verb.ts'
import { withOpenData } from '../with-data.ts'

type Flags = DataFlags & RangeFlags & { readonly workflow?: string; readonly json?: true; readonly csv?: true }

const DAYS_MS = 7 * 86_400_000

/** `runspan anomalies`: runs and attempts that took far longer than usual. */
export const anomaliesVerb: Verb = () =>
  withRange(
    withCsv(
      withData(
        verb('anomalies', 'runs and attempts that took, or already take, far longer than usual', [
          'runspan anomalies --workflow nightly-orders --since 24h',
        ]),
      ),
    ),
  )
    .option('--workflow <name>', 'only runs and tasks of this workflow')
    .action(async (flags: Flags) => {
      await withOpenData(flags, async ({ clickhouse }) => {
        const { anomalies } = await import('@runspan/analytics')
        const { from, to = new Date() } = rangeFrom(flags)
        const since = from ?? new Date(to.getTime() - DAYS_MS)
        const answer = await anomalies(clickhouse, {
          ...(flags.workflow === undefined ? {} : { workflow: flags.workflow }),
          from: since,
          to,
        })
        if (flags.json) return printJson(answer)
        if (flags.csv) {
          const runs = answer.runs.map((row) => ({ nodeId: null, taskId: null, attempt: null, ...row }))
          const tasks = answer.tasks.map(({ usualAttempts, ...row }) => ({ ...row, usualRuns: usualAttempts }))
          return printCsv([...runs, ...tasks], flags)
        }
        const { anomaliesView } = await import('../../terminal/anomalies-view.ts')
        show((screen) => anomaliesView(answer, screen))
      })
    })
