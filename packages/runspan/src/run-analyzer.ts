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

/** Asks questions about what a TaskManager recorded. Every method throws `ClickHouseError`, `EmbeddedError`, `RunspanError` `INVALID_OPTIONS` and what its question says. */
export class RunAnalyzer {
  readonly #manager: TaskManager

  constructor(taskManager: TaskManager) {
    this.#manager = taskManager
  }

  /** Runs of a time range in numbers. */
  async getRunStats(given: Given<Range> = {}): Promise<RunStats> {
    const range = optionsOf('getRunStats', given, RANGE)
    return this.#manager.ask((clickhouse) => runStats(clickhouse, range))
  }

  /** Performance of each task of a workflow, by node. */
  async getNodePerformance(
    workflow: string,
    given: Given<RangeOfWorkflow> = {},
  ): Promise<Map<string, NodePerformance>> {
    const range = optionsOf('getNodePerformance', given, RANGE_OF_WORKFLOW)
    const rows = await this.#manager.ask((clickhouse) => nodePerformance(clickhouse, { ...range, workflow }))
    return new Map(rows.map((row) => [row.nodeId, row]))
  }

  /** Use of a resource over the time of a run. */
  async getResourceTrends(given: TrendsQuestion): Promise<ResourceTrend> {
    const question = optionsOf('getResourceTrends', given, TRENDS, ['runId', 'metric'])
    return this.#manager.ask((clickhouse) => resourceTrends(clickhouse, question))
  }

  /** The few numbers of one run that alarms look at. */
  async getKeyMetrics(runId: string): Promise<KeyMetrics> {
    return this.#manager.ask((clickhouse) => keyMetrics(clickhouse, runId))
  }

  /** The same by calendar day. */
  async getDailyMetrics(given: Given<ZonedRange> = {}): Promise<DailyMetrics[]> {
    const range = optionsOf('getDailyMetrics', given, ZONED_RANGE)
    return this.#manager.ask((clickhouse) => dailyMetrics(clickhouse, range))
  }

  /** What decided how long a run took, how much it waited and how much ran at once. */
  async getCriticalPath(runId: string): Promise<RunCriticalPath> {
    return this.#manager.ask((clickhouse) => runCriticalPath(clickhouse, runId))
  }

  /** A run, or the runs of a workflow, if a task were k times as fast. */
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

  /** Tasks that hold up the runs of a workflow, why, and what to do. */
  async getBottlenecks(workflow: string, given: Given<RangeOfWorkflow> = {}): Promise<Bottlenecks> {
    const range = optionsOf('getBottlenecks', given, RANGE_OF_WORKFLOW)
    return this.#manager.ask((clickhouse) => bottlenecks(clickhouse, { ...range, workflow }))
  }

  /** Tasks that became slower or faster, or fail more or less often, between two windows or versions. */
  async getRegressions(given: RegressionsOptions = {}): Promise<Regressions> {
    const question = optionsOf('getRegressions', given as Given<RegressionsQuestion>, REGRESSIONS)
    return this.#manager.ask((clickhouse) => regressions(clickhouse, question))
  }

  /** Runs and attempts that take much longer than usual, those still running included. */
  async getAnomalies(given: Given<AnomaliesQuestion>): Promise<Anomalies> {
    const question = optionsOf('getAnomalies', given, ANOMALIES, ['from', 'to'])
    return this.#manager.ask((clickhouse) => anomalies(clickhouse, question))
  }

  /** Days from which tasks or runs took longer or shorter than before. */
  async getChangePoints(given: Given<ChangePointsQuestion> = {}): Promise<ChangePoint[]> {
    const question = optionsOf('getChangePoints', given, CHANGE_POINTS)
    return this.#manager.ask((clickhouse) => changePoints(clickhouse, question))
  }

  /** Tasks that fail and complete without anything having changed, and what that costs. */
  async getFlakyTasks(given: Given<LimitedRange> = {}): Promise<FlakyTask[]> {
    const range = optionsOf('getFlakyTasks', given, LIMITED_RANGE)
    return this.#manager.ask((clickhouse) => flakyTasks(clickhouse, range))
  }

  /** Failed attempts by kind of failure, with first and last seen. */
  async getFailureClusters(given: Given<ZonedLimitedRange> = {}): Promise<FailureCluster[]> {
    const range = optionsOf('getFailureClusters', given, ZONED_LIMITED_RANGE)
    return this.#manager.ask((clickhouse) => failureClusters(clickhouse, range))
  }

  /** How often runs completed in time. */
  async getSlaAttainment(given: Given<SlaQuestion>): Promise<SlaAttainment> {
    const question = optionsOf('getSlaAttainment', given, SLA, ['workflow', 'limitSeconds'])
    return this.#manager.ask((clickhouse) => slaAttainment(clickhouse, question))
  }

  /** What work used and cost, by workflow, task or day. */
  async getCosts(given: Given<CostsQuestion> = {}): Promise<Cost[]> {
    const question = optionsOf('getCosts', given, COSTS)
    return this.#manager.ask((clickhouse) => costs(clickhouse, question))
  }

  /** What one run used and cost. */
  async getRunCost(runId: string, prices?: Prices): Promise<RunCost> {
    return this.#manager.ask((clickhouse) => runCost(clickhouse, { runId, prices }))
  }

  /** What began and ended, and how much there was at once, running and waiting, over time. */
  async getThroughput(given: Given<ThroughputQuestion>): Promise<Throughput> {
    const question = optionsOf('getThroughput', given, THROUGHPUT, ['from', 'to'])
    return this.#manager.ask((clickhouse) => throughput(clickhouse, question))
  }

  /** Two runs or more, task by task; the first is what the others are compared with. */
  async compareRuns(runIds: readonly string[]): Promise<RunComparison> {
    return this.#manager.ask((clickhouse) => compareRuns(clickhouse, runIds))
  }

  /** The runs that took longest, or used most of a resource. */
  async getLongestRuns(given: Given<LargestQuestion> = {}): Promise<LargestRun[]> {
    const question = optionsOf('getLongestRuns', given, LARGEST)
    return this.#manager.ask((clickhouse) => longestRuns(clickhouse, question))
  }

  /** The attempts that took longest, or used most of a resource. */
  async getLongestTasks(given: Given<LargestQuestion> = {}): Promise<LargestTask[]> {
    const question = optionsOf('getLongestTasks', given, LARGEST)
    return this.#manager.ask((clickhouse) => longestTasks(clickhouse, question))
  }

  /** How long a running run will still take. */
  async getTimeLeft(runId: string): Promise<TimeLeft> {
    return this.#manager.ask((clickhouse) => timeLeft(clickhouse, runId))
  }
}
