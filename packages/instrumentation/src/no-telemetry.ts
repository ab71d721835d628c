import { ProxyTracerProvider, type TracerProvider } from '@opentelemetry/api'
import { createNoopLogger, type LoggerProvider } from '@opentelemetry/api-logs'

/** Providers that record nothing, whatever SDK the application has: for where tracking is not enabled. */
export function noTelemetry(): { readonly tracerProvider: TracerProvider; readonly loggerProvider: LoggerProvider } {
  // one of its own that nobody ever gives a delegate makes spans that record nothing
  return { tracerProvider: new ProxyTracerProvider(), loggerProvider: { getLogger: () => createNoopLogger() } }
}
