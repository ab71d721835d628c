export { lossCounts } from './losses.ts'
export type { RunCarrier } from './carrier.ts'
export type { EventHandler } from './event-handler.ts'
export { EventStream } from './event-stream.ts'
export type { EventStreamOptions, StreamErrorHandler } from './event-stream.ts'
export type { RunHandle, RunOptions, StartTaskOptions, TaskHandle, TaskOptions, TaskParent } from './handles.ts'
export type { Loss } from './losses.ts'
export { LiveMonitor } from './live-monitor.ts'
export type { LiveMonitorOptions, LiveRun, LiveStats } from './live-monitor.ts'
export type { MetricGroup } from './metric-groups.ts'
export { MetricsCollector } from './metrics-collector.ts'
export type { Measurement, PerformanceMetrics } from './metrics-collector.ts'
export type { ProcessEnding } from './open-runs.ts'
export type {
  Checked,
  EventPage,
  RunFilter,
  RunPage,
  RunReader,
  TaskHistoryFilter,
  TaskPage,
  UsualDuration,
  UsualQuestion,
} from './run-reader.ts'
export { TaskManager } from './task-manager.ts'
export type { TaskManagerOptions } from './task-manager.ts'
export { TrackingError } from './tracking-error.ts'
export type { TrackingErrorCode } from './tracking-error.ts'
