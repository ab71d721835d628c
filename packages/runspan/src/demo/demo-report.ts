import { ReportGenerator } from '../report-generator.ts'
import type { TaskManager } from '../task-manager.ts'
import type { DemoRun } from './run-demo.ts'

/** The demo's most telling run as a document: the one that failed, else the last. */
export async function demoReport(taskManager: TaskManager, runs: readonly DemoRun[]): Promise<string> {
  const { runId } = runs.find(({ status }) => status === 'failed') ?? runs.at(-1)!
  return new ReportGenerator(taskManager).generateHtmlReport({ runId })
}
