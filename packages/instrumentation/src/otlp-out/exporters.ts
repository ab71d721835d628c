import { diag } from '@opentelemetry/api'

/** Where a signal is exported: to the spool for ClickHouse, to the OTLP backend of the environment, or to both. */
export interface SignalExporters {
  readonly clickhouse: boolean
  readonly otlp: boolean
}

export interface Exporters {
  readonly traces: SignalExporters
  readonly logs: SignalExporters
  readonly metrics: SignalExporters
}

const ENDPOINTS = {
  traces: 'OTEL_EXPORTER_OTLP_TRACES_ENDPOINT',
  logs: 'OTEL_EXPORTER_OTLP_LOGS_ENDPOINT',
  metrics: 'OTEL_EXPORTER_OTLP_METRICS_ENDPOINT',
} as const

/**
 * Returns the exporters that `OTEL_TRACES_EXPORTER`, `OTEL_LOGS_EXPORTER` and `OTEL_METRICS_EXPORTER` select: `clickhouse`,
 * `otlp`, both with a comma, or `none`. Default: ClickHouse, and also OTLP if an `OTEL_EXPORTER_OTLP_…ENDPOINT` is set.
 */
export function exportersFrom(environment: NodeJS.ProcessEnv): Exporters {
  const of = (signal: keyof Exporters): SignalExporters => {
    const variable = `OTEL_${signal.toUpperCase()}_EXPORTER`
    const said = environment[variable]?.trim() ?? ''
    if (said === '') {
      const endpoint = environment['OTEL_EXPORTER_OTLP_ENDPOINT'] ?? environment[ENDPOINTS[signal]] ?? ''
      return { clickhouse: true, otlp: endpoint !== '' }
    }
    const names = said.split(',').map((name) => name.trim())
    const unknown = names.filter((name) => !['clickhouse', 'otlp', 'none', ''].includes(name))
    if (unknown.length > 0) {
      diag.warn(`runspan: ${variable} names ${unknown.join(', ')}: only clickhouse, otlp and none are known here`)
    }
    return { clickhouse: names.includes('clickhouse'), otlp: names.includes('otlp') }
  }
  return { traces: of('traces'), logs: of('logs'), metrics: of('metrics') }
}
