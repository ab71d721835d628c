import type { MeterProvider as ApiMeterProvider } from '@opentelemetry/api'
import type { Resource } from '@opentelemetry/resources'
import type { PushMetricExporter } from '@opentelemetry/sdk-metrics'
import type { MetricGroup, Values } from '@runspan/configuration'
import { ClickHouseMetricExporter, type Spool } from '@runspan/spool'

import { hostMetrics, sdkMetrics } from './sdk-libraries.ts'

/**
 * Metric groups of the process, which cost 0.1 ms a sample. The network group would start child processes, so it is not used.
 */
const GROUPS: Readonly<Partial<Record<MetricGroup, string>>> = { cpu: 'process.cpu', memory: 'process.memory' }

/** Returns an exporter that writes metrics to the spool. */
export function spoolMetricExporter(spool: Spool): PushMetricExporter {
  return Object.assign(new ClickHouseMetricExporter(spool), {
    selectAggregationTemporality: () => sdkMetrics().AggregationTemporality.CUMULATIVE,
  }) as PushMetricExporter
}

/** Samples the wanted metrics of the process, if any; does not keep the process alive. */
export function startHostMetrics(
  exporters: readonly PushMetricExporter[],
  resource: Resource,
  { collectMetrics, metricsInclude, metricsIntervalSeconds }: Values,
): { readonly meterProvider: ApiMeterProvider; shutdown(): Promise<void> } | undefined {
  const groups = metricsInclude.flatMap((group) => GROUPS[group] ?? [])
  if (!collectMetrics || groups.length === 0 || exporters.length === 0) return undefined
  const { MeterProvider, PeriodicExportingMetricReader } = sdkMetrics()
  const readers = exporters.map(
    (exporter) =>
      new PeriodicExportingMetricReader({
        exporter,
        exportIntervalMillis: metricsIntervalSeconds * 1000,
        exportTimeoutMillis: metricsIntervalSeconds * 1000,
      }),
  )
  const meterProvider = new MeterProvider({ resource, readers })
  const instrumentation = new (hostMetrics().HostMetricsInstrumentation)({ metricGroups: groups })
  instrumentation.setMeterProvider(meterProvider)
  instrumentation.enable()
  return {
    meterProvider,
    async shutdown() {
      instrumentation.disable()
      await meterProvider.shutdown()
    },
  }
}
