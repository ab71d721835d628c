import { runs } from '@runspan/analytics'
import type { Given, RunPage, RunSummary } from '@runspan/model'
import type { RunDocument, RunSections } from '@runspan/report'

import { writeOutput } from './documents/write-output.ts'
import { EXPORT, type ExportOptions, optionsOf, REPORT, type ReportOptions } from './facade-options.ts'
import type { TaskManager } from './task-manager.ts'

/** Runs a page when all are read. */
const PAGE = 1000

/**
 * Creates documents of recorded runs. Every method throws `ClickHouseError`, `EmbeddedError` and the errors of its question.
 *
 * @example
 * const reports = new ReportGenerator(taskManager)
 * const html = await reports.generateHtmlReport({ runId, includeMetrics: true })
 * await reports.exportRunSummary({ outputPath: 'runs.csv', from: '2026-11-01', to: '2026-12-01' })
 */
export class ReportGenerator {
  readonly #manager: TaskManager

  constructor(taskManager: TaskManager) {
    this.#manager = taskManager
  }

  /** Returns one run as a single HTML file that needs no network. Throws `RUN_NOT_FOUND`, `RUN_AMBIGUOUS`. */
  async generateHtmlReport(options: ReportOptions): Promise<string> {
    const { runId, ...sections } = optionsOf('generateHtmlReport', options, REPORT, ['runId'])
    const { runReportHtml } = await import('@runspan/report')
    return runReportHtml(await this.#document(runId, sections), sections)
  }

  /**
   * Returns one run as Markdown under 60 kB, for a job summary or a comment. Throws `RUN_NOT_FOUND`, `RUN_AMBIGUOUS`.
   */
  async generateMarkdownReport(options: ReportOptions): Promise<string> {
    const { runId, ...sections } = optionsOf('generateMarkdownReport', options, REPORT, ['runId'])
    const { runMarkdown } = await import('@runspan/report')
    return runMarkdown(await this.#document(runId, sections), sections)
  }

  /**
   * Writes the runs that started in `[from, to)` as CSV, one a line, newest first. Returns the path. Throws `RunspanError`
   * `NOT_WRITTEN`.
   */
  async exportRunSummary(options: Given<ExportOptions>): Promise<string> {
    const { outputPath, ...range } = optionsOf('exportRunSummary', options, EXPORT, ['outputPath'])
    const { runsCsv } = await import('@runspan/report')
    const all: RunSummary[] = []
    let cursor: string | null = null
    do {
      const filter: Parameters<typeof runs>[1] = { ...range, limit: PAGE, cursor: cursor ?? undefined }
      const page: RunPage<RunSummary> = await this.#manager.ask((clickhouse) => runs(clickhouse, filter))
      all.push(...page.runs)
      cursor = page.nextCursor
    } while (cursor !== null)
    return writeOutput(outputPath, runsCsv(all))
  }

  async #document(runId: string, sections: RunSections): Promise<RunDocument> {
    const { readRunDocument } = await import('@runspan/workspace')
    return this.#manager.ask((clickhouse) => readRunDocument(clickhouse, runId, sections))
  }
}
