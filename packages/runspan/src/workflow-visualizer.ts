import type { Given, OptionKinds } from '@runspan/model'

import { writeDashboard } from './documents/write-dashboard.ts'
import { optionsOf } from './facade-options.ts'
import type { TaskManager } from './task-manager.ts'

interface DashboardOptions {
  readonly taskManager: TaskManager
  readonly outputDir: string
  readonly runId?: string | undefined
  /** Start of the runs to include. Default: 30 days ago. */
  readonly since?: Date | undefined
}
const DASHBOARD: OptionKinds<DashboardOptions> = {
  taskManager: 'object',
  outputDir: 'text',
  runId: 'text',
  since: 'time',
}

/**
 * Draws a workflow over its runs.
 *
 * @example
 * const visualizer = new WorkflowVisualizer('nightly-orders')
 * const [dashboard] = await visualizer.createPerformanceDashboard({ taskManager, outputDir: 'dashboard' })
 */
export class WorkflowVisualizer {
  readonly #workflow: string

  /** Takes a workflow, or its name. */
  constructor(workflow: { readonly name: string } | string) {
    this.#workflow = typeof workflow === 'string' ? workflow : workflow.name
  }

  /**
   * Writes `dashboard.html`, documents of the latest runs, and the pictures of one run (`runId`, else the latest) into a
   * folder. Returns the paths, the dashboard's first. Throws `ClickHouseError`, `EmbeddedError`, `RUN_NOT_FOUND`, and
   * `RunspanError` `NOT_WRITTEN`.
   */
  async createPerformanceDashboard(given: Given<DashboardOptions>): Promise<string[]> {
    const { taskManager, ...options } = optionsOf('createPerformanceDashboard', given, DASHBOARD, [
      'taskManager',
      'outputDir',
    ])
    return writeDashboard((question) => taskManager.ask(question), { workflow: this.#workflow, ...options })
  }
}
