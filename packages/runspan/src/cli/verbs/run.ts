import { printJson } from '../output.ts'
import { show } from '../show.ts'
import { type DataFlags, type Verb, verb, withData } from '../verb.ts'
import { withOpenData } from '../with-data.ts'

/** `runspan run <runId>`: one run with its waterfall. */
export const runVerb: Verb = () =>
  withData(verb('run <runId>', 'shows one run with its waterfall', ['runspan run 01a20b4a-52f1']))
    .argument('<runId>', 'id of the run, its first characters, or the engine’s own key')
    .option('--ascii', 'draw with ASCII characters only')
    .action(async (runId: string, flags: DataFlags & { json?: true; ascii?: true }) => {
      await withOpenData(flags, async (data) => {
        const { clickhouse, configuration } = data
        const { run, timeLeft, usualDurations } = await import('@runspan/analytics')
        const report = await run(clickhouse, runId)
        const { linksOf } = await import('@runspan/workspace')
        const links = linksOf(report, configuration.values)
        if (flags.json) return printJson({ ...report, links, behindSeconds: data.behindSeconds() })
        const [[usual = null], left] = await Promise.all([
          usualDurations(clickhouse, [report]),
          report.status === 'running' ? timeLeft(clickhouse, report.runId) : null,
        ])
        const { runView } = await import('../../terminal/run-view.ts')
        show((screen) => runView({ run: report, usual, timeLeft: left, links }, screen), {
          ascii: flags.ascii,
        })
      })
    })
