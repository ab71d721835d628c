import { extname, join } from 'node:path'

import type { OptionKinds } from '@runspan/model'
import { readDashboard, readRunDocument } from '@runspan/workspace'

import { writeOutput } from './documents/write-output.ts'
import { reportName, writeRunPictures } from './documents/write-run-set.ts'
import { RunspanError } from './errors.ts'
import { optionsOf } from './facade-options.ts'
import type { TaskManager } from './task-manager.ts'

interface SummaryOptions {
  readonly runId: string
  readonly outputDir: string
}
const SUMMARY: OptionKinds<SummaryOptions> = { runId: 'text', outputDir: 'text' }

interface ComparisonOptions {
  readonly runIds: readonly string[]
  readonly outputPath: string
}
const COMPARISON: OptionKinds<ComparisonOptions> = { runIds: 'list', outputPath: 'text' }

/** Maximum runs of a comparison. */
const MOST_RUNS = 20

/**
 * Draws the performance of runs. Every method throws `ClickHouseError`, `EmbeddedError`, `RUN_NOT_FOUND` and `RUN_AMBIGUOUS`.
 *
 * @example
 * const visualizer = new PerformanceVisualizer(taskManager)
 * const paths = await visualizer.createRunPerformanceSummary({ runId, outputDir: 'performance' })
 */
export class PerformanceVisualizer {
  readonly #manager: TaskManager

  constructor(taskManager: TaskManager) {
    this.#manager = taskManager
  }

  /**
   * Writes all documents of a run into a folder: the HTML report, Markdown, and as SVG and PNG the timeline, CPU, memory,
   * I/O, and the heatmap of tasks by run. Returns the paths. Throws `RunspanError` `NOT_WRITTEN`.
   */
  async createRunPerformanceSummary(options: SummaryOptions): Promise<string[]> {
    const { runId, outputDir } = optionsOf('createRunPerformanceSummary', options, SUMMARY, ['runId', 'outputDir'])
    const { runMarkdown, runReportHtml } = await import('@runspan/report')
    const document = await this.#manager.ask((clickhouse) => readRunDocument(clickhouse, runId))
    const end = new Date(Date.parse(document.run.startTime) + 1)
    const data = await this.#manager.ask((clickhouse) =>
      readDashboard(clickhouse, { workflow: document.run.workflow, to: end }),
    )
    return [
      await writeOutput(join(outputDir, reportName(document.run.runId)), runReportHtml(document)),
      await writeOutput(join(outputDir, 'report.md'), runMarkdown(document)),
      ...(await writeRunPictures(document, { ...data, reports: {} }, outputDir)),
    ]
  }

  /**
   * Compares runs with the first of them. The extension selects the output: `.png` or `.svg` for a radar chart, `.html` for a
   * document. Returns the path. Throws `RunspanError` `WRONG_USE` and `NOT_WRITTEN`.
   */
  async compareRuns(options: ComparisonOptions): Promise<string> {
    const { runIds, outputPath } = optionsOf('compareRuns', options, COMPARISON, ['runIds', 'outputPath'])
    const extension = extname(outputPath).toLowerCase()
    if (!['.png', '.svg', '.html'].includes(extension)) {
      throw new RunspanError('WRONG_USE', `A comparison is written as .png, .svg or .html, not as "${extension}".`)
    }
    if (runIds.length < 2 || runIds.length > MOST_RUNS) {
      throw new RunspanError('WRONG_USE', `Name from 2 to ${MOST_RUNS} runs to compare, not ${runIds.length}.`)
    }
    const documents = []
    for (const runId of runIds) {
      documents.push(
        await this.#manager.ask((clickhouse) =>
          readRunDocument(clickhouse, runId, { includeErrors: false, includeMetrics: false }),
        ),
      )
    }
    const { comparisonHtml, comparisonPicture, picturePng, pictureSvg } = await import('@runspan/report')
    if (extension === '.html') return writeOutput(outputPath, comparisonHtml(documents))
    const picture = comparisonPicture(documents)
    return writeOutput(outputPath, extension === '.svg' ? pictureSvg(picture) : picturePng(picture))
  }
}
