import { type ExportCallback, exportWith } from './export-result.ts'
import { keepRecord } from './keep-record.ts'
import { type SdkLogRecord, logRow } from './sdk-log.ts'
import { SpoolOutput } from './spool-output.ts'

/** `LogRecordExporter` for an SDK whose processors cannot be changed; otherwise use `SpoolLogRecordProcessor`. */
export class ClickHouseLogRecordExporter extends SpoolOutput {
  /** The records are on disk when the callback is called. */
  export(records: readonly SdkLogRecord[], done: ExportCallback): void {
    exportWith(() => {
      for (const record of records)
        keepRecord(this.spool, () => this.spool.add('otel_logs', logRow(record, this.sources)))
      this.spool.flush()
    }, done)
  }
}
