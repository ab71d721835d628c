import type { Spool } from '../spool/spool.ts'
import { type ExportCallback, exportWith } from './export-result.ts'
import { addSdkMetrics, type SdkResourceMetrics } from './sdk-metric.ts'
import { SdkSources } from './sdk-source.ts'

/** `PushMetricExporter` for the OpenTelemetry SDK: counters are kept cumulative. */
export class ClickHouseMetricExporter {
  private readonly spool: Spool
  private readonly sources = new SdkSources()

  constructor(spool: Spool) {
    this.spool = spool
  }

  /** The points are on disk when the callback is called. */
  export(metrics: SdkResourceMetrics, done: ExportCallback): void {
    exportWith(() => {
      addSdkMetrics(this.spool, metrics, this.sources)
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
