import { TraceFlags } from '@opentelemetry/api'

import type { Spool } from '../spool/spool.ts'
import { SdkSources } from './sdk-source.ts'
import { type SdkSpan, spanRow } from './sdk-span.ts'

/**
 * Span processor for the OpenTelemetry SDK that encodes each sampled span as it ends and leaves it to the spool: no batch
 * that can overflow, no exporter that can fail, nothing to wait for at shutdown.
 */
export class SpoolSpanProcessor {
  private readonly spool: Spool
  private readonly sources = new SdkSources()

  constructor(spool: Spool) {
    this.spool = spool
  }

  onStart(): void {
    // ends are spans; starts are log records
  }

  onEnd(span: SdkSpan): void {
    try {
      if ((span.spanContext().traceFlags & TraceFlags.SAMPLED) !== 0) this.spool.addSpan(spanRow(span, this.sources))
    } catch (error) {
      this.spool.loseRecord(error)
    }
  }

  /** All ended spans are on disk when this returns. */
  async forceFlush(): Promise<void> {
    this.spool.rotate()
  }

  async shutdown(): Promise<void> {
    this.spool.rotate()
  }
}
