import { metrics } from '@opentelemetry/api'

import type { Signal } from '../otlp/decode-protobuf.ts'

/** Counters of a receiver, with the names of the collector's own telemetry if it has one. */
const COUNTERS = {
  otelcol_receiver_accepted_spans: 'Spans that are on disk.',
  otelcol_receiver_refused_spans: 'Spans that were rejected.',
  otelcol_receiver_accepted_log_records: 'Log records that are on disk.',
  otelcol_receiver_refused_log_records: 'Log records that were rejected.',
  otelcol_receiver_accepted_metric_points: 'Metric points that are on disk.',
  otelcol_receiver_refused_metric_points: 'Metric points that were rejected.',
  runspan_receiver_requests: 'Requests, by transport and status.',
  runspan_receiver_bytes: 'Bytes of requests as they came.',
} as const

type Counter = keyof typeof COUNTERS
const OF_SIGNAL: Readonly<Record<Signal, string>> = {
  traces: 'spans',
  logs: 'log_records',
  metrics: 'metric_points',
}

/** Counts of one receiver: as Prometheus text, and as OpenTelemetry metrics if the process has an SDK. */
export class ReceiverCounts {
  readonly #values: Map<string, { readonly counter: Counter; readonly labels: string; value: number }> = new Map()
  readonly #meter = metrics.getMeter('runspan.collector')
  readonly #instruments = new Map(
    Object.entries(COUNTERS).map(([name, description]) => [name, this.#meter.createCounter(name, { description })]),
  )

  records(signal: Signal, accepted: number, refused: number): void {
    if (accepted > 0) this.#add(`otelcol_receiver_accepted_${OF_SIGNAL[signal]}` as Counter, accepted)
    if (refused > 0) this.#add(`otelcol_receiver_refused_${OF_SIGNAL[signal]}` as Counter, refused)
  }

  request(transport: 'http' | 'grpc', status: number, bytes: number): void {
    this.#add('runspan_receiver_requests', 1, { transport, status: String(status) })
    this.#add('runspan_receiver_bytes', bytes, { transport })
  }

  #add(counter: Counter, value: number, labels: Readonly<Record<string, string>> = {}): void {
    const text = Object.entries(labels)
      .map(([name, label]) => `${name}="${label}"`)
      .join(',')
    const key = `${counter}{${text}}`
    const known = this.#values.get(key)
    if (known === undefined) this.#values.set(key, { counter, labels: text, value })
    else known.value += value
    this.#instruments.get(counter)?.add(value, labels)
  }

  /** Returns the counts in the text format of Prometheus, version 0.0.4. */
  prometheus(): string {
    const lines = Object.entries(COUNTERS).flatMap(([name, about]) => {
      const series = [...this.#values.values()].filter(({ counter }) => counter === name)
      const values = series.map(({ labels, value }) => `${name}_total${labels === '' ? '' : `{${labels}}`} ${value}`)
      return [
        `# HELP ${name}_total ${about}`,
        `# TYPE ${name}_total counter`,
        ...(values.length > 0 ? values : [`${name}_total 0`]),
      ]
    })
    return `${lines.join('\n')}\n`
  }
}
