import { ProxyTracerProvider, type TracerProvider } from '@opentelemetry/api'
import { createNoopLogger, type LoggerProvider } from '@opentelemetry/api-logs'

/** Returns providers that record nothing, whatever SDK the application has; used if tracking is not enabled. */
export function noTelemetry(): { readonly tracerProvider: TracerProvider; readonly loggerProvider: LoggerProvider } {
  // a proxy provider that never gets a delegate makes spans that record nothing
  return { tracerProvider: new ProxyTracerProvider(), loggerProvider: { getLogger: () => createNoopLogger() } }
}
