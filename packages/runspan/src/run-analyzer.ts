import {
  anomalies,
  type Anomalies,
  bottlenecks,
  type Bottlenecks,
  type ChangePoint,
  changePoints,
  type ChangePointsQuestion,
  compareRuns,
  type Cost,
  costs,
  type CostsQuestion,
  dailyMetrics,
  type DailyMetrics,
  type FailureCluster,
  failureClusters,
  type FlakyTask,
  flakyTasks,
  keyMetrics,
  type KeyMetrics,
  type LargestQuestion,
  type LargestRun,
  type LargestTask,
  longestRuns,
  longestTasks,
  nodePerformance,
  type NodePerformance,
  type Prices,
  type Range,
  regressions,
  type Regressions,
  type RegressionsQuestion,
  resourceTrends,
  type ResourceTrend,
  type RunComparison,
  runCost,
  type RunCost,
  runCriticalPath,
  type RunCriticalPath,
  runStats,
  type RunStats,
  slaAttainment,
  type SlaAttainment,
  type SlaQuestion,
  throughput,
  type Throughput,
  type ThroughputQuestion,
  timeLeft,
  type TimeLeft,
  type TrendMetric,
  whatIf,
  type WhatIfRun,
  type WhatIfRunQuestion,
  whatIfWorkflow,
  type WhatIfWorkflow,
  type WhatIfWorkflowQuestion,
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

  /** What decided how long a run took, how much it waited and how much ran at once. */
  async getCriticalPath(runId: string): Promise<RunCriticalPath> {
    return this.#manager.ask((clickhouse) => runCriticalPath(clickhouse, runId))
  }

  /** A run, or the runs of a workflow, if a task were k times as fast. */
  async getWhatIf(question: WhatIfRunQuestion): Promise<WhatIfRun>
  async getWhatIf(question: WhatIfWorkflowQuestion): Promise<WhatIfWorkflow>
  async getWhatIf(question: WhatIfRunQuestion | WhatIfWorkflowQuestion): Promise<WhatIfRun | WhatIfWorkflow> {
    return this.#manager.ask<WhatIfRun | WhatIfWorkflow>((clickhouse) =>
      'runId' in question ? whatIf(clickhouse, question) : whatIfWorkflow(clickhouse, question),
    )
  }

  /** Tasks that hold up the runs of a workflow, why, and what to do. */
  async getBottlenecks(workflow: string, range: Omit<Range, 'workflow'> = {}): Promise<Bottlenecks> {
    return this.#manager.ask((clickhouse) => bottlenecks(clickhouse, { ...range, workflow }))
  }

  /** Tasks that became slower or faster, or fail more or less often, between two windows or versions. */
  async getRegressions(question: RegressionsQuestion = {}): Promise<Regressions> {
    return this.#manager.ask((clickhouse) => regressions(clickhouse, question))
  }

  /** Runs and attempts that take much longer than usual, those still running included. */
  async getAnomalies(question: {
    readonly workflow?: string
    readonly from: Date
    readonly to: Date
  }): Promise<Anomalies> {
    return this.#manager.ask((clickhouse) => anomalies(clickhouse, question))
  }

  /** Days from which tasks or runs took longer or shorter than before. */
  async getChangePoints(question: ChangePointsQuestion = {}): Promise<ChangePoint[]> {
    return this.#manager.ask((clickhouse) => changePoints(clickhouse, question))
  }

  /** Tasks that fail and complete without anything having changed, and what that costs. */
  async getFlakyTasks(range: Range & { readonly limit?: number } = {}): Promise<FlakyTask[]> {
    return this.#manager.ask((clickhouse) => flakyTasks(clickhouse, range))
  }

  /** Failed attempts by kind of failure, with first and last seen. */
  async getFailureClusters(
    range: Range & { readonly limit?: number; readonly timeZone?: string } = {},
  ): Promise<FailureCluster[]> {
    return this.#manager.ask((clickhouse) => failureClusters(clickhouse, range))
  }

  /** How often runs completed in time. */
  async getSlaAttainment(question: SlaQuestion): Promise<SlaAttainment> {
    return this.#manager.ask((clickhouse) => slaAttainment(clickhouse, question))
  }

  /** What work used and cost, by workflow, task or day. */
  async getCosts(question: CostsQuestion = {}): Promise<Cost[]> {
    return this.#manager.ask((clickhouse) => costs(clickhouse, question))
  }

  /** What one run used and cost. */
  async getRunCost(runId: string, prices?: Prices): Promise<RunCost> {
    return this.#manager.ask((clickhouse) => runCost(clickhouse, { runId, prices }))
  }

  /** What began and ended, and how much there was at once, running and waiting, over time. */
  async getThroughput(question: ThroughputQuestion): Promise<Throughput> {
    return this.#manager.ask((clickhouse) => throughput(clickhouse, question))
  }

  /** Two runs or more, task by task; the first is what the others are compared with. */
  async compareRuns(runIds: readonly string[]): Promise<RunComparison> {
    return this.#manager.ask((clickhouse) => compareRuns(clickhouse, runIds))
  }

  /** The runs that took longest, or used most of a resource. */
  async getLongestRuns(question: LargestQuestion = {}): Promise<LargestRun[]> {
    return this.#manager.ask((clickhouse) => longestRuns(clickhouse, question))
  }

  /** The attempts that took longest, or used most of a resource. */
  async getLongestTasks(question: LargestQuestion = {}): Promise<LargestTask[]> {
    return this.#manager.ask((clickhouse) => longestTasks(clickhouse, question))
  }

  /** How long a running run will still take. */
  async getTimeLeft(runId: string): Promise<TimeLeft> {
    return this.#manager.ask((clickhouse) => timeLeft(clickhouse, runId))
  }
}
