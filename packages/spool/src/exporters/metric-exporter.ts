import { type ExportCallback, exportWith } from './export-result.ts'
import { addSdkMetrics, type SdkResourceMetrics } from './sdk-metric.ts'
import { SpoolOutput } from './spool-output.ts'

/** `PushMetricExporter` for the OpenTelemetry SDK: counters are kept cumulative. */
export class ClickHouseMetricExporter extends SpoolOutput {
  /** The points are on disk when the callback is called. */
  export(metrics: SdkResourceMetrics, done: ExportCallback): void {
    exportWith(() => {
      addSdkMetrics(this.spool, metrics, this.sources)
      this.spool.flush()
    }, done)
  }
}
