import { diag, DiagConsoleLogger, DiagLogLevel } from '@opentelemetry/api'

/** The API keeps its globals here, for all its copies of one major version. */
const API = Symbol.for('opentelemetry.js.api.1')

/** What telemetry has to say of itself goes to the console, from warnings on or as `OTEL_LOG_LEVEL` says; a logger of the application stays. */
export function printDiagnostics(): void {
  if ((globalThis as { [API]?: { diag?: unknown } })[API]?.diag !== undefined) return
  diag.setLogger(new DiagConsoleLogger(), level(process.env['OTEL_LOG_LEVEL'] ?? 'WARN'))
}

function level(name: string): DiagLogLevel {
  return DiagLogLevel[name.toUpperCase() as keyof typeof DiagLogLevel] ?? DiagLogLevel.INFO
}
