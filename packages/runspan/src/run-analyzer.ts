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
  whatIf,
  type WhatIfRun,
  type WhatIfRunQuestion,
  whatIfWorkflow,
  type WhatIfWorkflow,
  type WhatIfWorkflowQuestion,
} from '@runspan/analytics'
import type { Given } from '@runspan/model'

import {
  ANOMALIES,
  type AnomaliesQuestion,
  CHANGE_POINTS,
  COSTS,
  LARGEST,
  LIMITED_RANGE,
  type LimitedRange,
  optionsOf,
  RANGE,
  RANGE_OF_WORKFLOW,
  type RangeOfWorkflow,
  REGRESSIONS,
  type RegressionsOptions,
  SLA,
  THROUGHPUT,
  TRENDS,
  type TrendsQuestion,
  WHAT_IF_RUN,
  WHAT_IF_WORKFLOW,
  ZONED_LIMITED_RANGE,
  ZONED_RANGE,
  type ZonedLimitedRange,
  type ZonedRange,
} from './facade-options.ts'
import type { TaskManager } from './task-manager.ts'

/**
 * Answers questions about recorded runs. Every method throws `ClickHouseError`, `EmbeddedError`, `RunspanError`
 * `INVALID_OPTIONS` and the errors of its question.
 *
 * @example
 * const analyzer = new RunAnalyzer(taskManager)
 * const stats = await analyzer.getRunStats({ from: '2026-11-01', to: '2026-12-01' })
 * const { bottlenecks } = await analyzer.getBottlenecks('nightly-orders')
 */
export class RunAnalyzer {
  readonly #manager: TaskManager

  constructor(taskManager: TaskManager) {
    this.#manager = taskManager
  }

  /** Returns statistics of the runs of a time range. */
  async getRunStats(given: Given<Range> = {}): Promise<RunStats> {
    const range = optionsOf('getRunStats', given, RANGE)
    return this.#manager.ask((clickhouse) => runStats(clickhouse, range))
  }

  /** Returns the performance of each task of a workflow, by node. */
  async getNodePerformance(
    workflow: string,
    given: Given<RangeOfWorkflow> = {},
  ): Promise<Map<string, NodePerformance>> {
    const range = optionsOf('getNodePerformance', given, RANGE_OF_WORKFLOW)
    const rows = await this.#manager.ask((clickhouse) => nodePerformance(clickhouse, { ...range, workflow }))
    return new Map(rows.map((row) => [row.nodeId, row]))
  }

  /** Returns the use of a resource over the time of a run. */
  async getResourceTrends(given: TrendsQuestion): Promise<ResourceTrend> {
    const question = optionsOf('getResourceTrends', given, TRENDS, ['runId', 'metric'])
    return this.#manager.ask((clickhouse) => resourceTrends(clickhouse, question))
  }

  /** Returns the key metrics of one run, for alarms. */
  async getKeyMetrics(runId: string): Promise<KeyMetrics> {
    return this.#manager.ask((clickhouse) => keyMetrics(clickhouse, runId))
  }

  /** Returns key metrics by calendar day. */
  async getDailyMetrics(given: Given<ZonedRange> = {}): Promise<DailyMetrics[]> {
    const range = optionsOf('getDailyMetrics', given, ZONED_RANGE)
    return this.#manager.ask((clickhouse) => dailyMetrics(clickhouse, range))
  }

  /** Returns what decided a run's duration, how long it waited, and how many tasks ran at once. */
  async getCriticalPath(runId: string): Promise<RunCriticalPath> {
    return this.#manager.ask((clickhouse) => runCriticalPath(clickhouse, runId))
  }

  /** Returns the duration of a run, or of a workflow's runs, if a task were k times as fast. */
  async getWhatIf(question: WhatIfRunQuestion): Promise<WhatIfRun>
  async getWhatIf(question: Given<WhatIfWorkflowQuestion>): Promise<WhatIfWorkflow>
  async getWhatIf(given: WhatIfRunQuestion | Given<WhatIfWorkflowQuestion>): Promise<WhatIfRun | WhatIfWorkflow> {
    if ('runId' in given) {
      const question = optionsOf('getWhatIf', given, WHAT_IF_RUN, ['runId', 'nodeId', 'speedup'])
      return this.#manager.ask((clickhouse) => whatIf(clickhouse, question))
    }
    const question = optionsOf('getWhatIf', given, WHAT_IF_WORKFLOW, ['workflow', 'nodeId', 'speedup'])
    return this.#manager.ask((clickhouse) => whatIfWorkflow(clickhouse, question))
  }

  /** Returns the tasks that delay the runs of a workflow, with reasons and recommendations. */
  async getBottlenecks(workflow: string, given: Given<RangeOfWorkflow> = {}): Promise<Bottlenecks> {
    const range = optionsOf('getBottlenecks', given, RANGE_OF_WORKFLOW)
    return this.#manager.ask((clickhouse) => bottlenecks(clickhouse, { ...range, workflow }))
  }

  /** Returns tasks that became slower or faster, or fail more or less often, between two windows or versions. */
  async getRegressions(given: RegressionsOptions = {}): Promise<Regressions> {
    const question = optionsOf('getRegressions', given as Given<RegressionsQuestion>, REGRESSIONS)
    return this.#manager.ask((clickhouse) => regressions(clickhouse, question))
  }

  /** Returns runs and attempts that take much longer than usual, running ones included. */
  async getAnomalies(given: Given<AnomaliesQuestion>): Promise<Anomalies> {
    const question = optionsOf('getAnomalies', given, ANOMALIES, ['from', 'to'])
    return this.#manager.ask((clickhouse) => anomalies(clickhouse, question))
  }

  /** Returns the days from which tasks or runs took longer or shorter than before. */
  async getChangePoints(given: Given<ChangePointsQuestion> = {}): Promise<ChangePoint[]> {
    const question = optionsOf('getChangePoints', given, CHANGE_POINTS)
    return this.#manager.ask((clickhouse) => changePoints(clickhouse, question))
  }

  /** Returns tasks that both fail and complete although nothing changed, and what that costs. */
  async getFlakyTasks(given: Given<LimitedRange> = {}): Promise<FlakyTask[]> {
    const range = optionsOf('getFlakyTasks', given, LIMITED_RANGE)
    return this.#manager.ask((clickhouse) => flakyTasks(clickhouse, range))
  }

  /** Returns failed attempts by kind of failure, with first and last time. */
  async getFailureClusters(given: Given<ZonedLimitedRange> = {}): Promise<FailureCluster[]> {
    const range = optionsOf('getFailureClusters', given, ZONED_LIMITED_RANGE)
    return this.#manager.ask((clickhouse) => failureClusters(clickhouse, range))
  }

  /** Returns how often runs completed in time. */
  async getSlaAttainment(given: Given<SlaQuestion>): Promise<SlaAttainment> {
    const question = optionsOf('getSlaAttainment', given, SLA, ['workflow', 'limitSeconds'])
    return this.#manager.ask((clickhouse) => slaAttainment(clickhouse, question))
  }

  /** Returns the resources and costs of work, by workflow, task or day. */
  async getCosts(given: Given<CostsQuestion> = {}): Promise<Cost[]> {
    const question = optionsOf('getCosts', given, COSTS)
    return this.#manager.ask((clickhouse) => costs(clickhouse, question))
  }

  /** Returns the resources and costs of one run. */
  async getRunCost(runId: string, prices?: Prices): Promise<RunCost> {
    return this.#manager.ask((clickhouse) => runCost(clickhouse, { runId, prices }))
  }

  /** Returns what started and ended, and how many ran and waited at once, over time. */
  async getThroughput(given: Given<ThroughputQuestion>): Promise<Throughput> {
    const question = optionsOf('getThroughput', given, THROUGHPUT, ['from', 'to'])
    return this.#manager.ask((clickhouse) => throughput(clickhouse, question))
  }

  /** Returns two or more runs compared task by task with the first. */
  async compareRuns(runIds: readonly string[]): Promise<RunComparison> {
    return this.#manager.ask((clickhouse) => compareRuns(clickhouse, runIds))
  }

  /** Returns the runs that took longest, or used most of a resource. */
  async getLongestRuns(given: Given<LargestQuestion> = {}): Promise<LargestRun[]> {
    const question = optionsOf('getLongestRuns', given, LARGEST)
    return this.#manager.ask((clickhouse) => longestRuns(clickhouse, question))
  }

  /** Returns the attempts that took longest, or used most of a resource. */
  async getLongestTasks(given: Given<LargestQuestion> = {}): Promise<LargestTask[]> {
    const question = optionsOf('getLongestTasks', given, LARGEST)
    return this.#manager.ask((clickhouse) => longestTasks(clickhouse, question))
  }

  /** Returns the estimated time until a running run ends. */
  async getTimeLeft(runId: string): Promise<TimeLeft> {
    return this.#manager.ask((clickhouse) => timeLeft(clickhouse, runId))
  }
}
