import {
  dailyMetrics,
  type DailyMetrics,
  keyMetrics,
  type KeyMetrics,
  nodePerformance,
  type NodePerformance,
  type Range,
  resourceTrends,
  type ResourceTrend,
  runStats,
  type RunStats,
  type TrendMetric,
} from '@runspan/analytics'

import type { TaskManager } from './task-manager.ts'

/** Asks questions about what a TaskManager recorded. Every method throws `ClickHouseError`, `EmbeddedError` and what its question says. */
export class RunAnalyzer {
  readonly #manager: TaskManager

  constructor(taskManager: TaskManager) {
    this.#manager = taskManager
  }

  /** Runs of a time range in numbers. */
  async getRunStats(range: Range = {}): Promise<RunStats> {
    return this.#manager.ask((clickhouse) => runStats(clickhouse, range))
  }

  /** Performance of each task of a workflow, by node. */
  async getNodePerformance(
    workflow: string,
    range: Omit<Range, 'workflow'> = {},
  ): Promise<Map<string, NodePerformance>> {
    const rows = await this.#manager.ask((clickhouse) => nodePerformance(clickhouse, { ...range, workflow }))
    return new Map(rows.map((row) => [row.nodeId, row]))
  }

  /** Use of a resource over the time of a run. */
  async getResourceTrends(question: {
    readonly runId: string
    readonly metric: TrendMetric
    readonly intervalSeconds?: number
  }): Promise<ResourceTrend> {
    return this.#manager.ask((clickhouse) => resourceTrends(clickhouse, question))
  }

  /** The few numbers of one run that alarms look at. */
  async getKeyMetrics(runId: string): Promise<KeyMetrics> {
    return this.#manager.ask((clickhouse) => keyMetrics(clickhouse, runId))
  }

  /** The same by calendar day. */
  async getDailyMetrics(range: Range & { readonly timeZone?: string } = {}): Promise<DailyMetrics[]> {
    return this.#manager.ask((clickhouse) => dailyMetrics(clickhouse, range))
  }
}
