import { diag, DiagConsoleLogger, DiagLogLevel } from '@opentelemetry/api'

/** Key under which all copies of one major version of the API keep their globals. */
const API = Symbol.for('opentelemetry.js.api.1')

/**
 * Sends telemetry's own messages to the console, from level warn or as `OTEL_LOG_LEVEL` says. A logger of the application
 * stays.
 */
export function printDiagnostics(): void {
  if ((globalThis as { [API]?: { diag?: unknown } })[API]?.diag !== undefined) return
  diag.setLogger(new DiagConsoleLogger(), level(process.env['OTEL_LOG_LEVEL'] ?? 'WARN'))
}

function level(name: string): DiagLogLevel {
  return DiagLogLevel[name.toUpperCase() as keyof typeof DiagLogLevel] ?? DiagLogLevel.INFO
}
