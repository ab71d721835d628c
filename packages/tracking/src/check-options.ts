import { checkNames, type Given, type OptionKinds, type OptionRules, readOptions } from '@runspan/model'

import type { RunOptions, StartTaskOptions } from './handles.ts'
import { TrackingError } from './tracking-error.ts'

/** Options of runs and tasks. Add a new option here. */
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

/** Checks only the names; bad values are repaired and counted. Throws `TrackingError` `INVALID_OPTIONS`. */
export function checkRunOptions(options: RunOptions): void {
  checkNames(options, RUN, RUN_RULES)
}

/** Same as `checkRunOptions`, for a task. */
export function checkTaskOptions(options: StartTaskOptions): void {
  checkNames(options, TASK, TASK_RULES)
}
