export * as attributes from './attributes.ts'
export { EVENT_TYPES, matchesPattern } from './event.ts'
export type {
  EventOf,
  EventPattern,
  EventType,
  RunEnded,
  RunEndType,
  RunStarted,
  TaskEnded,
  TaskEndType,
  TaskProgressed,
  TaskStarted,
  ThresholdExceeded,
  TrackingEvent,
} from './event.ts'
export { ioScopeOf, NO_METRICS } from './no-metrics.ts'
export { nearestWord } from './nearest-word.ts'
export { checkNames, readOptions, toDate } from './options.ts'
export type { Given, OptionKinds, OptionRules, TimeValue } from './options.ts'
export type {
  Json,
  Metadata,
  RunFilter,
  RunOf,
  RunPage,
  RunSummary,
  TaskCounts,
  UsualDuration,
  UsualQuestion,
  WorkflowRun,
} from './run.ts'
export { canRunBecome, canTaskBecome, HEARTBEAT_SECONDS, isTerminal, STATUS_NUMBER, STATUSES } from './status.ts'
export type { RunStatus, TaskStatus } from './status.ts'
export type {
  Task,
  TaskError,
  TaskHistoryFilter,
  TaskMetrics,
  TaskOf,
  TaskPage,
  TaskProgress,
  TaskRow,
} from './task.ts'
export { replaceHidden, visible, visibleJson, visibleLines } from './visible.ts'
