import { keepRecord } from './keep-record.ts'
import { type SdkLogRecord, logRow } from './sdk-log.ts'
import { SpoolOutput } from './spool-output.ts'

/** Log record processor for the OpenTelemetry SDK that leaves each record to the spool as it is emitted. */
export class SpoolLogRecordProcessor extends SpoolOutput {
  onEmit(record: SdkLogRecord): void {
    keepRecord(this.spool, () => this.spool.add('otel_logs', logRow(record, this.sources)))
  }
}
