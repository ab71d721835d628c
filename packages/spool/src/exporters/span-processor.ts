import { TraceFlags } from '@opentelemetry/api'

import { type SdkSpan, spanRow } from './sdk-span.ts'
import { SpoolOutput } from './spool-output.ts'

/**
 * Span processor for the OpenTelemetry SDK that encodes each sampled span as it ends and writes it to the spool. It has no
 * batch that can overflow, no exporter that can fail, and nothing to wait for at shutdown.
 *
 * @example
 * const spool = new Spool({ directory: spoolDirectory('.runspan') })
 * const tracerProvider = new NodeTracerProvider({ spanProcessors: [new SpoolSpanProcessor(spool)] })
 */
export class SpoolSpanProcessor extends SpoolOutput {
  onStart(): void {
    // only ended spans are written; starts are log records
  }

  onEnd(span: SdkSpan): void {
    try {
      if ((span.spanContext().traceFlags & TraceFlags.SAMPLED) !== 0)
        this.spool.add('otel_traces', spanRow(span, this.sources))
    } catch (error) {
      this.spool.loseRecord(error)
    }
  }
}
