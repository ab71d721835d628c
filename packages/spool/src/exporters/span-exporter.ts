import { type ExportCallback, exportWith } from './export-result.ts'
import { keepRecord } from './keep-record.ts'
import { type SdkSpan, spanRow } from './sdk-span.ts'
import { SpoolOutput } from './spool-output.ts'

/**
 * `SpanExporter` for an SDK whose processors cannot be changed; otherwise use `SpoolSpanProcessor`, which has no batch to
 * lose.
 */
export class ClickHouseSpanExporter extends SpoolOutput {
  /** The spans are on disk when the callback is called. */
  export(spans: readonly SdkSpan[], done: ExportCallback): void {
    exportWith(() => {
      for (const span of spans) keepRecord(this.spool, () => this.spool.add('otel_traces', spanRow(span, this.sources)))
      this.spool.flush()
    }, done)
  }
}
