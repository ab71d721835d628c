import { constants } from 'node:os'

export const STOP_SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

/**
 * Exits with 128 + the signal's number at a signal that stops, until the function that this returns is called. That is what the
 * system does by itself, except for process 1 of a container: there a signal without a handler is ignored, and a stop during a
 * long start would wait until the container is killed.
 */
export function exitOnStopSignal(): () => void {
  const exit = (signal: NodeJS.Signals): void => process.exit(128 + constants.signals[signal])
  for (const signal of STOP_SIGNALS) process.once(signal, exit)
  return () => {
    for (const signal of STOP_SIGNALS) process.off(signal, exit)
  }
}
