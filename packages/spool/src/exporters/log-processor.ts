import { keepRecord } from './keep-record.ts'
import { type SdkLogRecord, logRow } from './sdk-log.ts'
import { SpoolOutput } from './spool-output.ts'

/** Log record processor for the OpenTelemetry SDK that writes each emitted record to the spool. */
export class SpoolLogRecordProcessor extends SpoolOutput {
  onEmit(record: SdkLogRecord): void {
    keepRecord(this.spool, () => this.spool.add('otel_logs', logRow(record, this.sources)))
  }
}
