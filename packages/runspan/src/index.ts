export type {
  DailyMetrics,
  KeyMetrics,
  NodePerformance,
  Range,
  ResourceTrend,
  RunStats,
  TrendMetric,
} from '@runspan/analytics'
export { AnalyticsError } from '@runspan/analytics'
export { ClickHouseError } from '@runspan/clickhouse'
export { EmbeddedError } from '@runspan/embedded'
export type { Metadata, RunStatus, Task, TaskError, TaskMetrics, TaskStatus, WorkflowRun } from '@runspan/model'
export type {
  RunCarrier,
  RunFilter,
  RunHandle,
  RunOptions,
  RunPage,
  RunReader,
  StartTaskOptions,
  TaskHandle,
  TaskOptions,
} from '@runspan/tracking'
export { TrackingError } from '@runspan/tracking'
export * from '@runspan/workflow'
export { RunspanError } from './errors.ts'
export type { RunspanErrorCode } from './errors.ts'
export { RunAnalyzer } from './run-analyzer.ts'
export { TaskManager } from './task-manager.ts'
export type { TaskManagerOptions } from './task-manager.ts'
