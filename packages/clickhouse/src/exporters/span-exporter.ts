import type { Spool } from '../spool/spool.ts'
import { type ExportCallback, exportWith } from './export-result.ts'
import { keepRecord } from './keep-record.ts'
import { SdkSources } from './sdk-source.ts'
import { type SdkSpan, spanRow } from './sdk-span.ts'

/** `SpanExporter` for an SDK whose processors are set already; prefer `SpoolSpanProcessor`, which has no batch to lose. */
export class ClickHouseSpanExporter {
  private readonly spool: Spool
  private readonly sources = new SdkSources()

  constructor(spool: Spool) {
    this.spool = spool
  }

  /** The spans are on disk when the callback is called. */
  export(spans: readonly SdkSpan[], done: ExportCallback): void {
    exportWith(() => {
      for (const span of spans) keepRecord(this.spool, () => this.spool.addSpan(spanRow(span, this.sources)))
      this.spool.flush()
    }, done)
  }

  async forceFlush(): Promise<void> {
    this.spool.rotate()
  }

  async shutdown(): Promise<void> {
    this.spool.rotate()
  }
}
