import { RunspanError } from '../../errors.ts'
import { defineVerb, type Verb } from '../define-verb.ts'
import { BOM, choice, DATA, JSON_OPTION, RUN_ID, text } from '../options.ts'
import { printJson, printNotice } from '../output.ts'
import { withOpenData } from '../with-data.ts'

const FORMATS = ['html', 'markdown', 'csv'] as const
type Format = (typeof FORMATS)[number]

const EXTENSIONS: Readonly<Record<Format, string>> = { html: 'html', markdown: 'md', csv: 'csv' }

/** `runspan report <runId>`: one run as a document. */
export const reportVerb: Verb = defineVerb({
  name: 'report',
  summary: 'writes one run as a document: HTML, Markdown or CSV',
  examples: [
    'runspan report 01a20b4a-52f1 -o run.html',
    'runspan report 01a20b4a-52f1 --format markdown -o - >> "$GITHUB_STEP_SUMMARY"',
  ],
  arguments: RUN_ID,
  options: {
    ...JSON_OPTION,
    ...DATA,
    format: choice('<format>', FORMATS, 'what to write (default: as the file’s name says, else html)'),
    output: text('<file>', 'where to; - for standard output (default: run-<id>.html)', { short: 'o' }),
    ...BOM,
  },
  run: async (input) => {
    const { runId, output, bom, json } = input
    const format = input.format ?? formatOf(output)
    if (bom && format !== 'csv') throw new RunspanError('WRONG_USE', '--bom is for --format csv.')
    const document = await withOpenData(input, async ({ clickhouse }) => {
      const { readRunDocument } = await import('@runspan/workspace')
      return readRunDocument(clickhouse, runId)
    })
    const { BYTE_ORDER_MARK } = await import('@runspan/analytics')
    const { runCsv, runMarkdown, runReportHtml } = await import('@runspan/report')
    const content =
      format === 'csv'
        ? `${bom ? BYTE_ORDER_MARK : ''}${runCsv(document.run)}`
        : format === 'markdown'
          ? runMarkdown(document)
          : runReportHtml(document)
    if (output === '-' && !json) {
      process.stdout.write(content)
      return
    }
    const { compactBytes, shortId } = await import('@runspan/story')
    const { writeOutput } = await import('../../documents/write-output.ts')
    const plainId = shortId(document.run.runId)
      .replaceAll(/[^\w.-]+/g, '-')
      .slice(0, 80)
    const file = output === undefined || output === '-' ? `run-${plainId}.${EXTENSIONS[format]}` : output
    const path = await writeOutput(file, content)
    if (json) printJson({ path })
    else printNotice(`${path}: ${compactBytes(Buffer.byteLength(content))}`)
  },
})

function formatOf(file: string | undefined): Format {
  if (file?.endsWith('.md') || file?.endsWith('.markdown')) return 'markdown'
  return file?.endsWith('.csv') ? 'csv' : 'html'
}
