import { diag } from '@opentelemetry/api'

/** Logs through OpenTelemetry's `diag`; a logger of the host that throws must not throw into the host. */
export function log(level: 'error' | 'warn' | 'debug', message: string): void {
  try {
    diag[level](`runspan: ${message}`)
  } catch {
    // nowhere left to log
  }
}

/** Returns any thrown value as text, even one that throws when printed. */
export function textOf(error: unknown): string {
  try {
    return String(error)
  } catch {
    return 'an error that cannot be printed'
  }
}
