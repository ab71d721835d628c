export type {
  ConditionContext,
  RetryOptions,
  TaskContext,
  TaskDefinition,
  WorkflowTaskOptions,
} from './task-definition.ts'
export { Workflow } from './workflow.ts'
export type { PlainTask, WorkflowOptions } from './workflow.ts'
export { WorkflowError } from './workflow-error.ts'
export type { WorkflowErrorCode } from './workflow-error.ts'
export type { TaskSummary, WorkflowResult } from './workflow-result.ts'
export { WorkflowRunner } from './workflow-runner.ts'
export type { RunArguments, WorkflowRunnerOptions, WorkflowRunOptions } from './workflow-runner.ts'
