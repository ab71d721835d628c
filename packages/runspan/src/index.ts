export type {
  Anomalies,
  Bottleneck,
  BottleneckCause,
  BottleneckReason,
  Bottlenecks,
  ChangePoint,
  ChangePointsQuestion,
  CleanedUp,
  CleanUpOptions,
  ComparedRun,
  ComparedSide,
  ComparedTask,
  ComparedTaskRun,
  Cost,
  CostsQuestion,
  CriticalStep,
  DailyMetrics,
  FailureCluster,
  FailureRegression,
  FlakyTask,
  Frequency,
  KeyMetrics,
  LargestQuestion,
  LargestRun,
  LargestTask,
  Level,
  LongerThanUsual,
  NodePerformance,
  Prices,
  Range,
  Regressions,
  RegressionsQuestion,
  Resource,
  ResourceTrend,
  RunComparison,
  RunCost,
  RunCriticalPath,
  RunStats,
  SlaAttainment,
  SlaQuestion,
  TaskAnomaly,
  TaskRegression,
  TaskTimes,
  Throughput,
  ThroughputBucket,
  ThroughputQuestion,
  TimeLeft,
  TrendMetric,
  WhatIfRun,
  WhatIfRunQuestion,
  WhatIfWorkflow,
  WhatIfWorkflowQuestion,
} from '@runspan/analytics'
export { AnalyticsError } from '@runspan/analytics'
export { ClickHouseError } from '@runspan/clickhouse'
export { EmbeddedError } from '@runspan/embedded'
export { ConfigurationError, TrackingConfig } from '@runspan/configuration'
export type { MetricGroup, TrackingOptions } from '@runspan/configuration'
export type { EventOf, EventPattern, EventType, TrackingEvent } from '@runspan/model'
export type { Metadata, RunStatus, Task, TaskError, TaskMetrics, TaskStatus, WorkflowRun } from '@runspan/model'
export type {
  AlertOptions,
  AlertRule,
  AlertTarget,
  AlertTargets,
  Condition,
  Evaluation,
  Firing,
  Notice,
  NotifyErrorCode,
  WebhookOptions,
} from '@runspan/notify'
export { AlertEvaluator, NotifyError, WebhookHandler } from '@runspan/notify'
export { EventStream, LiveMonitor } from '@runspan/tracking'
export type {
  EventHandler,
  EventPage,
  EventStreamOptions,
  StreamErrorHandler,
  LiveMonitorOptions,
  LiveRun,
  LiveStats,
  Measurement,
  PerformanceMetrics,
  RunCarrier,
  RunFilter,
  RunHandle,
  RunOptions,
  RunPage,
  RunReader,
  StartTaskOptions,
  TaskHandle,
  TaskHistoryFilter,
  TaskOptions,
  TaskPage,
} from '@runspan/tracking'
export { TrackingError } from '@runspan/tracking'
export * from '@runspan/workflow'
export { cleanupOldData } from './cleanup-old-data.ts'
export { RunspanError } from './errors.ts'
export type { RunspanErrorCode } from './errors.ts'
export { MetricsCollector } from './metrics-collector.ts'
export { PerformanceVisualizer } from './performance-visualizer.ts'
export { ReportGenerator } from './report-generator.ts'
export { RunAnalyzer } from './run-analyzer.ts'
export { TaskManager } from './task-manager.ts'
export type { TaskManagerOptions } from './task-manager.ts'
export { WorkflowVisualizer } from './workflow-visualizer.ts'
