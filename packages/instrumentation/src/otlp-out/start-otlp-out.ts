import { join } from 'node:path'

import type { Exporters } from './exporters.ts'
import { OtlpOut } from './otlp-out.ts'
import type { OtlpBackend } from './otlp-transport.ts'

/** A backend, and which signals go there. */
export interface StartedOut {
  readonly out: OtlpOut
  readonly to: { readonly traces: boolean; readonly logs: boolean; readonly metrics: boolean }
}

/** Ships to the backend that the environment names, if it names one, and to those given; each waits and fails for itself. */
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
