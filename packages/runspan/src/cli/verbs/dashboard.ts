import { join } from 'node:path'

import { defineVerb, type Verb } from '../define-verb.ts'
import { DATA, JSON_OPTION, parsed, text, WORKFLOW } from '../options.ts'
import { printJson, printNotice } from '../output.ts'
import { parseTime } from '../parse.ts'
import { withOpenData } from '../with-data.ts'

/** `runspan dashboard <workflow>`: a workflow over its runs as a document with its pictures. */
export const dashboardVerb: Verb = defineVerb({
  name: 'dashboard',
  summary: 'writes a workflow over its runs as a document, with pictures',
  examples: ['runspan dashboard nightly-orders -o dashboard --since 30d'],
  arguments: WORKFLOW,
  options: {
    ...JSON_OPTION,
    ...DATA,
    output: text('<dir>', 'folder to write to', { short: 'o', default: 'dashboard' }),
    since: parsed('<time>', parseTime, 'runs from this long ago on, such as 24h or 30d (default: 30d)'),
  },
  run: async (input) => {
    const { workflow, output: outputDir, since, json } = input
    const paths = await withOpenData(input, async ({ clickhouse }) => {
      const { writeDashboard } = await import('../../documents/write-dashboard.ts')
      return writeDashboard((question) => question(clickhouse), { workflow, outputDir, since })
    })
    const path = join(outputDir, 'dashboard.html')
    if (json) printJson({ path, paths })
    else printNotice(`${path}, with ${paths.length - 1} files beside it`)
  },
})
