import { join } from 'node:path'

import type { Exporters } from './exporters.ts'
import { OtlpOut } from './otlp-out.ts'
import type { OtlpBackend } from './otlp-transport.ts'

/** A backend, and the signals it gets. */
export interface StartedOut {
  readonly out: OtlpOut
  readonly to: { readonly traces: boolean; readonly logs: boolean; readonly metrics: boolean }
}

/**
 * Starts shipping to the backend of the environment, if any, and to the given ones; each waits and fails on its own.
 */
export function startOtlpOut(dataDir: string, exporters: Exporters, backends: readonly OtlpBackend[]): StartedOut[] {
  const { traces, logs, metrics } = exporters
  const directory = join(dataDir, 'otlp')
  const all = { traces: true, logs: true, metrics: true }
  const fromEnvironment = { traces: traces.otlp, logs: logs.otlp, metrics: metrics.otlp }
  return [
    ...(Object.values(fromEnvironment).includes(true)
      ? [{ out: new OtlpOut({ directory }), to: fromEnvironment }]
      : []),
    ...backends.map((backend) => ({ out: new OtlpOut({ ...backend, directory }), to: all })),
  ]
}
