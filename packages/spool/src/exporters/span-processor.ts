import { TraceFlags } from '@opentelemetry/api'

import { type SdkSpan, spanRow } from './sdk-span.ts'
import { SpoolOutput } from './spool-output.ts'

/**
 * Span processor for the OpenTelemetry SDK that encodes each sampled span as it ends and leaves it to the spool: no batch
 * that can overflow, no exporter that can fail, nothing to wait for at shutdown.
 */
export class SpoolSpanProcessor extends SpoolOutput {
  onStart(): void {
    // ends are spans; starts are log records
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
