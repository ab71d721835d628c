import { log, textOf } from '@runspan/spool'

import { AlertEvaluator, type AlertOptions } from './alerts/alert-evaluator.ts'
import { StoredDeliveries } from './webhooks/stored-deliveries.ts'

/** Notifies in the background until stopped. */
export interface Notifying {
  /** Ends work in progress; undelivered webhooks wait on disk. Takes at most 5 s, or as long as a target's command. */
  stop(): Promise<void>
}

/**
 * Delivers the webhooks that wait in a data directory, and evaluates alerts periodically (default every 60 seconds). Does not
 * keep the process alive. Throws `INVALID_ALERT`, `INVALID_WEBHOOK`, `ADDRESS_REFUSED`, `DIRECTORY_NOT_WRITABLE`.
 */
export function startNotifying({
  everySeconds = 60,
  ...options
}: AlertOptions & { readonly everySeconds?: number | undefined }): Notifying {
  const evaluator = options.rules.length === 0 ? null : new AlertEvaluator(options)
  const deliveries = new StoredDeliveries(options.dataDir)
  deliveries.start()
  let running: Promise<void> | null = null
  let trouble = ''
  const evaluate = async (): Promise<void> => {
    try {
      await evaluator?.evaluate()
      trouble = ''
    } catch (error) {
      const text = textOf(error)
      if (text !== trouble) log('warn', `alerts are not evaluated: ${text}`)
      trouble = text
    }
  }
  const turn = (): void => {
    running ??= evaluate().finally(() => {
      running = null
    })
  }
  const timer = setInterval(turn, everySeconds * 1000)
  timer.unref()
  if (evaluator !== null) turn()
  return {
    async stop() {
      clearInterval(timer)
      await running
      await Promise.all([evaluator?.close(), deliveries.flush(5)])
      deliveries.stop()
    },
  }
}
