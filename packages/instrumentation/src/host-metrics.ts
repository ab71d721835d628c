import type { MeterProvider as ApiMeterProvider } from '@opentelemetry/api'
import type { Resource } from '@opentelemetry/resources'
import type { PushMetricExporter } from '@opentelemetry/sdk-metrics'
import type { MetricGroup, Values } from '@runspan/configuration'
import { ClickHouseMetricExporter, type Spool } from '@runspan/spool'

import { hostMetrics, sdkMetrics } from './sdk-libraries.ts'

/** The process's groups cost 0.1 ms a sample; those of the network start child processes and are left out. */
const GROUPS: Readonly<Partial<Record<MetricGroup, string>>> = { cpu: 'process.cpu', memory: 'process.memory' }

/** Leaves metrics to the spool. */
export function spoolMetricExporter(spool: Spool): PushMetricExporter {
  return Object.assign(new ClickHouseMetricExporter(spool), {
    selectAggregationTemporality: () => sdkMetrics().AggregationTemporality.CUMULATIVE,
  }) as PushMetricExporter
}

/** Samples what is wanted of the process, if anything; keeps no process alive. */
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
