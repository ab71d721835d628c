import { ProxyTracerProvider, trace } from '@opentelemetry/api'

/** Returns whether the application registered an OpenTelemetry SDK, or anything else that makes traces. */
export function hasRegisteredSdk(): boolean {
  const provider = trace.getTracerProvider()
  // duck-typed in addition to instanceof: the application may have another copy of the API
  if (provider instanceof ProxyTracerProvider || 'getDelegateTracer' in provider) {
    return (provider as ProxyTracerProvider).getDelegateTracer('runspan') !== undefined
  }
  return true
}
