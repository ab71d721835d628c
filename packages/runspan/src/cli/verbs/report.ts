import { Option } from 'commander'

import { RunspanError } from '../../errors.ts'
import { printJson, printNotice } from '../output.ts'
import { bomOption, type DataFlags, type Verb, verb, withData } from '../verb.ts'
import { withOpenData } from '../with-data.ts'

type Format = 'html' | 'markdown' | 'csv'

interface Flags extends DataFlags {
  readonly format?: Format
  readonly output?: string
  readonly bom?: true
  readonly json?: true
}

const EXTENSIONS: Readonly<Record<Format, string>> = { html: 'html', markdown: 'md', csv: 'csv' }

/** `runspan report <runId>`: one run as a document. */
export const reportVerb: Verb = () =>
  withData(
    verb('report <runId>', 'writes one run as a document: HTML, Markdown or CSV', [
      'runspan report 01a20b4a-52f1 -o run.html',
      'runspan report 01a20b4a-52f1 --format markdown -o - >> "$GITHUB_STEP_SUMMARY"',
    ]),
  )
    .argument('<runId>', 'id of the run, its first characters, or the engine’s own key')
    .addOption(
      new Option('--format <format>', 'what to write (default: as the file’s name says, else html)').choices(
        Object.keys(EXTENSIONS),
      ),
    )
    .option('-o, --output <file>', 'where to; - for standard output (default: run-<id>.html)')
    .addOption(bomOption())
    .action(async (runId: string, flags: Flags) => {
      const format = flags.format ?? formatOf(flags.output)
      if (flags.bom && format !== 'csv') throw new RunspanError('WRONG_USE', '--bom is for --format csv.')
      const document = await withOpenData(flags, async ({ clickhouse }) => {
        const { readRunDocument } = await import('@runspan/workspace')
        return readRunDocument(clickhouse, runId)
      })
      const { BYTE_ORDER_MARK } = await import('@runspan/analytics')
      const { runCsv, runMarkdown, runReportHtml } = await import('@runspan/report')
      const content =
        format === 'csv'
          ? `${flags.bom ? BYTE_ORDER_MARK : ''}${runCsv(document.run)}`
          : format === 'markdown'
            ? runMarkdown(document)
            : runReportHtml(document)
      if (flags.output === '-' && !flags.json) {
        process.stdout.write(content)
        return
      }
      const { compactBytes, shortId } = await import('@runspan/story')
      const { writeOutput } = await import('../../documents/write-output.ts')
      const plainId = shortId(document.run.runId)
        .replaceAll(/[^\w.-]+/g, '-')
        .slice(0, 80)
      const file =
        flags.output === undefined || flags.output === '-' ? `run-${plainId}.${EXTENSIONS[format]}` : flags.output
      const path = await writeOutput(file, content)
      if (flags.json) printJson({ path })
      else printNotice(`${path}: ${compactBytes(Buffer.byteLength(content))}`)
    })

function formatOf(file: string | undefined): Format {
  if (file?.endsWith('.md') || file?.endsWith('.markdown')) return 'markdown'
  return file?.endsWith('.csv') ? 'csv' : 'html'
}
