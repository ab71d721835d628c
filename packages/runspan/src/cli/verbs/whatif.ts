import { InvalidArgumentError, Option } from 'commander'

import { printCsv, printJson } from '../output.ts'
import { show } from '../show.ts'
import { type DataFlags, parseCount, type Verb, verb, withCsv, withData } from '../verb.ts'
import { withOpenData } from '../with-data.ts'

interface Flags extends DataFlags {
  readonly task: string
  readonly speedup: number
  readonly workers?: number
  readonly json?: true
  readonly csv?: true
}

/** `runspan whatif <runId> --task N --speedup 2`: the run replayed with a faster task. */
export const whatifVerb: Verb = () =>
  withCsv(
    withData(
      verb('whatif <runId>', 'how long a run would take if one of its tasks were faster', [
        'runspan whatif 01a20b4a-52f1 --task load-warehouse --speedup 2',
        'runspan whatif 01a20b4a-52f1 --task load-warehouse --speedup 2 --workers 4',
      ]),
    ),
  )
    .argument('<runId>', 'id of the run, its first characters, or the engine’s own key')
    .requiredOption('--task <name>', 'the task that gets faster')
    .addOption(
      new Option('--speedup <k>', 'how many times as fast; below 1 it gets slower').default(2).argParser(parseSpeedup),
    )
    .addOption(
      new Option('--workers <n>', 'how many tasks can run at once (default: no limit)').argParser(parseCount(100_000)),
    )
    .action(async (runId: string, flags: Flags) => {
      await withOpenData(flags, async ({ clickhouse }) => {
        const { whatIf } = await import('@runspan/analytics')
        const { task: nodeId, speedup, workers } = flags
        const answer = await whatIf(clickhouse, { runId, nodeId, speedup, workers })
        if (flags.json) return printJson(answer)
        if (flags.csv) return printCsv([answer], flags)
        const { whatifView } = await import('../../terminal/whatif-view.ts')
        show((screen) => whatifView(answer, screen))
      })
    })

function parseSpeedup(text: string): number {
  const speedup = Number(text)
  if (!(speedup > 0 && Number.isFinite(speedup))) {
    throw new InvalidArgumentError('Give a number above 0, such as 2 for twice as fast.')
  }
  return speedup
}
