import {
  context,
  type Context,
  type Span,
  type SpanOptions,
  trace,
  type Tracer,
  type TracerProvider,
} from '@opentelemetry/api'
import type { ReadableSpan, SpanProcessor } from '@opentelemetry/sdk-trace-base'
import type { SdkSpan } from '@runspan/spool'

/**
 * Wraps the application's own tracer provider, so that each span made through it also goes to the spool when it ends. Nothing
 * of the application's SDK is changed, so this works with any version whose spans are readable (2.x and 3.x).
 */
export class JoinedTracerProvider implements TracerProvider {
  private readonly provider: TracerProvider
  private readonly processors: readonly SpanProcessor[]

  constructor(provider: TracerProvider, processors: readonly SpanProcessor[]) {
    this.provider = provider
    this.processors = processors
  }

  getTracer(name: string, version?: string): Tracer {
    return new JoinedTracer(this.provider.getTracer(name, version), this.processors)
  }
}

class JoinedTracer implements Tracer {
  private readonly tracer: Tracer
  private readonly processors: readonly SpanProcessor[]

  constructor(tracer: Tracer, processors: readonly SpanProcessor[]) {
    this.tracer = tracer
    this.processors = processors
  }

  startSpan(name: string, options?: SpanOptions, parent?: Context): Span {
    const span = this.tracer.startSpan(name, options, parent)
    if (!isReadable(span)) return span
    const end = span.end.bind(span)
    const { processors } = this
    for (const processor of processors) processor.onStart(span as never, parent ?? context.active())
    span.end = (time) => {
      const again = (span as unknown as { ended?: boolean }).ended === true
      end(time)
      if (!again) for (const processor of processors) processor.onEnd(span)
    }
    return span
  }

  startActiveSpan<F extends (span: Span) => unknown>(
    name: string,
    ...rest: [F] | [SpanOptions, F] | [SpanOptions, Context, F]
  ): ReturnType<F> {
    const body = rest.at(-1) as F
    const options = rest.length > 1 ? (rest[0] as SpanOptions) : {}
    const parent = rest.length > 2 ? (rest[1] as Context) : context.active()
    const span = this.startSpan(name, options, parent)
    return context.with(trace.setSpan(parent, span), () => body(span)) as ReturnType<F>
  }
}

/**
 * Returns whether a span is readable. Sampled SDK spans are; spans of other providers, and unsampled spans, are not.
 */
function isReadable(span: Span): span is Span & SdkSpan & ReadableSpan {
  return span.isRecording() && 'startTime' in span && 'resource' in span && 'attributes' in span
}
