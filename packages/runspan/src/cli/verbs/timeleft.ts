import { printCsv, printJson } from '../output.ts'
import { show } from '../show.ts'
import { type DataFlags, type Verb, verb, withCsv, withData } from '../verb.ts'
import { withOpenData } from '../with-data.ts'

/** `runspan timeleft <runId>`: how long a running run will still take. */
export const timeleftVerb: Verb = () =>
  withCsv(
    withData(verb('timeleft <runId>', 'how long a running run will still take', ['runspan timeleft 01a20b4a-52f1'])),
  )
    .argument('<runId>', 'id of the run, its first characters, or the engine’s own key')
    .action(async (runId: string, flags: DataFlags & { json?: true; csv?: true }) => {
      await withOpenData(flags, async ({ clickhouse }) => {
        const { timeLeft } = await import('@runspan/analytics')
        const answer = await timeLeft(clickhouse, runId)
        if (flags.json) return printJson(answer)
        if (flags.csv) return printCsv([answer], flags)
        const { timeLeftView } = await import('../../terminal/time-left-view.ts')
        show((screen) => timeLeftView(answer, screen))
      })
    })
