import type { Spool } from '../spool/spool.ts'
import { keepRecord } from './keep-record.ts'
import { type SdkLogRecord, logRow } from './sdk-log.ts'
import { SdkSources } from './sdk-source.ts'

/** Log record processor for the OpenTelemetry SDK that leaves each record to the spool as it is emitted. */
export class SpoolLogRecordProcessor {
  private readonly spool: Spool
  private readonly sources = new SdkSources()

  constructor(spool: Spool) {
    this.spool = spool
  }

  onEmit(record: SdkLogRecord): void {
    keepRecord(this.spool, () => this.spool.addLog(logRow(record, this.sources)))
  }

  async forceFlush(): Promise<void> {
    this.spool.rotate()
  }

  async shutdown(): Promise<void> {
    this.spool.rotate()
  }
}
