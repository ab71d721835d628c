import { checkNames, type Given, type OptionKinds, type OptionRules, readOptions } from '@runspan/model'

import type { EventStreamOptions } from './event-stream.ts'
import type { RunOptions, StartTaskOptions } from './handles.ts'
import type { LiveMonitorOptions } from './live-monitor.ts'
import type { TaskManagerOptions } from './task-manager.ts'
import { TrackingError } from './tracking-error.ts'

/** Options of this package's functions; a new one is an entry here. */
export const TASK_MANAGER: OptionKinds<TaskManagerOptions> = {
  reader: 'object',
  collectMetrics: 'flag',
  metrics: 'list',
  attributeCpu: 'flag',
  thresholds: 'object',
  tracerProvider: 'object',
  loggerProvider: 'object',
}
export const EVENT_STREAM: OptionKinds<EventStreamOptions> = {
  follow: 'text',
  position: 'text',
  pollSeconds: 'number',
  most: 'number',
}
export const LIVE_MONITOR: OptionKinds<LiveMonitorOptions> = {
  follow: 'text',
  pollSeconds: 'number',
  everySeconds: 'number',
}

const RUN: OptionKinds<RunOptions> = {
  runId: 'text',
  metadata: 'any',
  tags: 'list',
  parentRunId: 'text',
  retryOf: 'text',
  trigger: 'text',
  signal: 'object',
  attributes: 'object',
  parent: 'object',
}
const TASK: OptionKinds<StartTaskOptions> = {
  attempt: 'number',
  dependencies: 'list',
  readyAt: 'time',
  queuedAt: 'time',
  queueSeconds: 'number',
  attributes: 'object',
  start: 'flag',
}

const refuse = (message: string): TrackingError => new TrackingError('INVALID_OPTIONS', message)

/** Returns checked options of a constructor. Throws `TrackingError` `INVALID_OPTIONS`. */
export function optionsOf<Options extends object>(
  of: string,
  given: Given<Options>,
  kinds: OptionKinds<Options>,
): Options {
  return readOptions(given, kinds, { of, refuse })
}

const RUN_RULES: OptionRules = { of: 'A run', refuse }
const TASK_RULES: OptionRules = { of: 'A task', refuse }

/** Checks names only: values are repaired, and counted as such. Throws `TrackingError` `INVALID_OPTIONS`. */
export function checkRunOptions(options: RunOptions): void {
  checkNames(options, RUN, RUN_RULES)
}

/** The same for a task. */
export function checkTaskOptions(options: StartTaskOptions): void {
  checkNames(options, TASK, TASK_RULES)
}
