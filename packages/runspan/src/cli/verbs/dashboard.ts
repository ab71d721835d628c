import { join } from 'node:path'

import { printJson, printNotice } from '../output.ts'
import { type DataFlags, parseTime, type Verb, verb, withData } from '../verb.ts'
import { withOpenData } from '../with-data.ts'

interface Flags extends DataFlags {
  readonly output: string
  readonly since?: Date
  readonly json?: true
}

/** `runspan dashboard <workflow>`: a workflow over its runs as a document with its pictures. */
export const dashboardVerb: Verb = () =>
  withData(
    verb('dashboard <workflow>', 'writes a workflow over its runs as a document, with pictures', [
      'runspan dashboard nightly-orders -o dashboard --since 30d',
    ]),
  )
    .argument('<workflow>', 'name of the workflow')
    .option('-o, --output <dir>', 'folder to write to', 'dashboard')
    .option('--since <time>', 'runs from this long ago on, such as 24h or 30d (default: 30d)', parseTime)
    .action(async (workflow: string, flags: Flags) => {
      const paths = await withOpenData({ ...flags, workflow }, async ({ clickhouse }) => {
        const { writeDashboard } = await import('../../documents/write-dashboard.ts')
        return writeDashboard((question) => question(clickhouse), {
          workflow,
          outputDir: flags.output,
          since: flags.since,
        })
      })
      const path = join(flags.output, 'dashboard.html')
      if (flags.json) printJson({ path, paths })
      else printNotice(`${path}, with ${paths.length - 1} files beside it`)
    })
