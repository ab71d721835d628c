import { diag } from '@opentelemetry/api'
import type { RunHandle, TaskHandle } from '@runspan/tracking'

import type { StopSwitch } from './stop-switch.ts'
import type { TaskDefinition } from './task-definition.ts'

/** Outcome of one attempt. */
export type AttemptOutcome =
  | { readonly status: 'completed'; readonly result: unknown }
  | { readonly status: 'failed'; readonly error: unknown }
  | { readonly status: 'cancelled'; readonly reason: unknown }

/** Values that an attempt needs from its run. */
export interface AttemptSurroundings {
  readonly run: RunHandle
  readonly inputs: unknown
  readonly results: Readonly<Record<string, unknown>>
  readonly stop: StopSwitch
  /** Seconds to wait for a function after it was aborted. */
  readonly graceSeconds: number
}

/**
 * Runs a task's function once and records its outcome.
 * A function that was aborted, by its timeout or because the run was stopped, gets `graceSeconds` to end. After that its
 * result or error is ignored.
 */
export async function runAttempt(
  definition: TaskDefinition,
  task: TaskHandle,
  around: AttemptSurroundings,
): Promise<AttemptOutcome> {
  const outcome = await race(definition, task, around)
  // The function has the handle and may have ended the task itself: that end stands.
  if (task.status === 'running') {
    if (outcome.status === 'failed') task.fail(outcome.error)
    else if (outcome.status === 'cancelled') task.cancel(outcome.reason)
    else task.complete()
  }
  return outcome
}

async function race(
  definition: TaskDefinition,
  task: TaskHandle,
  around: AttemptSurroundings,
): Promise<AttemptOutcome> {
  const { run, inputs, results, stop, graceSeconds } = around
  const controller = new AbortController()
  let stopped: AttemptOutcome | null = null
  let timer: NodeJS.Timeout | undefined
  let off: (() => void) | undefined
  const abandoned = new Promise<void>((resolve) => {
    const abort = (outcome: AttemptOutcome, reason: unknown): void => {
      if (stopped !== null) return
      stopped = outcome
      clearTimeout(timer)
      timer = setTimeout(resolve, graceSeconds * 1000)
      controller.abort(reason)
    }
    const onStop = (): void => abort({ status: 'cancelled', reason: stop.reason }, stop.reason)
    off = stop.onStop(onStop)
    if (stop.stopped) onStop()
    else if (definition.timeoutSeconds !== Infinity) {
      timer = setTimeout(() => {
        const message = `Task ${definition.nodeId} took longer than ${definition.timeoutSeconds} s.`
        const error = new DOMException(message, 'TimeoutError')
        abort({ status: 'failed', error }, error)
      }, definition.timeoutSeconds * 1000)
    }
  })
  const { attempt } = task
  const given = { inputs, results, signal: controller.signal, attempt, task, run } as never
  const work = settle(async () => definition.body(given))
  const worked = await Promise.race([work, abandoned])
  clearTimeout(timer)
  off?.()
  if (worked !== undefined) return stopped ?? worked
  diag.warn(
    `runspan: task ${definition.nodeId} goes on ${graceSeconds} s after its signal was aborted; it is abandoned`,
  )
  return stopped ?? { status: 'cancelled', reason: stop.reason }
}

async function settle(body: () => Promise<unknown>): Promise<AttemptOutcome> {
  try {
    return { status: 'completed', result: await body() }
  } catch (error) {
    return { status: 'failed', error }
  }
}
