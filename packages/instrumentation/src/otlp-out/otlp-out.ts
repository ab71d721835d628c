import { createHash } from 'node:crypto'
import { join } from 'node:path'

import { TraceFlags } from '@opentelemetry/api'
import type { ExportResult } from '@opentelemetry/core'
import type { LogRecordProcessor, ReadableLogRecord } from '@opentelemetry/sdk-logs'
import type { PushMetricExporter, ResourceMetrics } from '@opentelemetry/sdk-metrics'
import type { ReadableSpan, SpanProcessor } from '@opentelemetry/sdk-trace-base'
import { SenderLock, log, textOf } from '@runspan/spool'

import { core, sdkMetrics } from '../sdk-libraries.ts'
import { transformer } from './otlp-libraries.ts'
import { type OtlpBackend, OtlpTransport } from './otlp-transport.ts'
import { RequestStore, type Signal, type Waiting } from './request-store.ts'
import { SignalLine } from './signal-line.ts'
import { withLength } from './span-length.ts'

/** Milliseconds between sends. */
const SEND_MS = 1000
const DEFAULT_MAX_BYTES = 256 * 1024 * 1024
/** Maximum milliseconds that the end of a program waits for requests on disk. */
const STOP_MS = 5000

/** An additional destination of spans, log records and metrics. */
export interface OtlpOutOptions extends OtlpBackend {
  /** Directory of waiting requests; each backend has its own subdirectory. */
  readonly directory: string
  /** Maximum bytes that wait; 256 MB by default. Beyond it the oldest are dropped. */
  readonly maxBytes?: number | undefined
}

/** Counts of one backend. */
export interface OtlpOutCounts {
  /** Accepted requests. */
  readonly taken: number
  /** Records that the backend rejected although it accepted their request. */
  readonly rejectedRecords: number
  /** Requests that were refused permanently or dropped for lack of space. */
  readonly lostRequests: number
}

/**
 * Ships spans, log records and metrics to an OTLP backend by way of the disk. A request is written at the end of a turn of
 * the event loop, and removed when the backend has acknowledged it. One process a directory sends for all that write there. A
 * failed request is retried by OTLP's rules while there is space.
 */
export class OtlpOut {
  readonly spanProcessor: SpanProcessor
  readonly logProcessor: LogRecordProcessor
  readonly metricExporter: PushMetricExporter
  private readonly store: RequestStore
  private readonly transport: OtlpTransport
  private readonly lock: SenderLock
  private readonly spans: ReadableSpan[] = []
  private readonly logs: ReadableLogRecord[] = []
  private immediate: NodeJS.Immediate | undefined
  private readonly timer: NodeJS.Timeout
  private sending: Promise<void> | undefined
  private readonly lines: Readonly<Record<Signal, SignalLine>> = {
    traces: new SignalLine('traces'),
    logs: new SignalLine('logs'),
    metrics: new SignalLine('metrics'),
  }
  private readonly saidNotTaken = new Set<Signal>()
  private taken = 0
  private rejectedRecords = 0
  private refusedRequests = 0
  private readonly serializers = transformer()

  constructor(options: OtlpOutOptions) {
    const place = options.endpoint ?? process.env['OTEL_EXPORTER_OTLP_ENDPOINT'] ?? 'default'
    const name = createHash('sha256').update(place).digest('hex').slice(0, 16)
    this.store = new RequestStore(join(options.directory, name), options.maxBytes ?? DEFAULT_MAX_BYTES)
    this.transport = new OtlpTransport(options)
    this.lock = new SenderLock(this.store.directory)
    const flush = async (): Promise<void> => {
      this.write()
      this.store.rotate()
    }
    this.spanProcessor = {
      onStart: () => undefined,
      onEnd: (span) => {
        if ((span.spanContext().traceFlags & TraceFlags.SAMPLED) === 0) return
        this.spans.push(withLength(span))
        this.writeLater()
      },
      forceFlush: flush,
      shutdown: flush,
    }
    this.logProcessor = {
      onEmit: (record) => {
        this.logs.push(record)
        this.writeLater()
      },
      forceFlush: flush,
      shutdown: flush,
    } as LogRecordProcessor
    this.metricExporter = this.makeMetricExporter(flush)
    this.timer = setInterval(() => void this.send(), SEND_MS).unref()
  }

  counts(): OtlpOutCounts {
    return {
      taken: this.taken,
      rejectedRecords: this.rejectedRecords,
      lostRequests: this.refusedRequests + this.store.dropped,
    }
  }

  /** Writes ended records to disk now, for the end of a process. */
  write(): void {
    clearImmediate(this.immediate)
    this.immediate = undefined
    this.writeSignal('traces', this.spans, (spans) => this.serializers.ProtobufTraceSerializer.serializeRequest(spans))
    this.writeSignal('logs', this.logs, (logs) => this.serializers.ProtobufLogsSerializer.serializeRequest(logs))
  }

  /** Sends what it can within 5 s; the rest waits on disk. */
  async stop(): Promise<void> {
    clearInterval(this.timer)
    this.write()
    this.store.rotate()
    for (const line of Object.values(this.lines)) line.hurry()
    let timer: NodeJS.Timeout | undefined
    const time = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, STOP_MS)
    })
    await Promise.race([this.send(), time])
    clearTimeout(timer)
    this.lock.release()
  }

  /** Sends the waiting requests one after another, unless another process does. */
  send(): Promise<void> {
    this.sending ??= this.sendAll()
      .catch((error: unknown) => log('warn', `OTLP requests wait on disk: ${textOf(error)}`))
      .finally(() => {
        this.sending = undefined
      })
    return this.sending
  }

  private async sendAll(): Promise<void> {
    this.store.rotate()
    const lines = Object.values(this.lines)
    if (lines.every(({ next }) => next === 'wait') || !this.lock.tryAcquire()) return
    // traces first: if they are accepted, a signal that is not is unknown to the backend
    const all = this.store.waiting()
    const requests = lines.flatMap(({ signal }) => all.filter((one) => one.signal === signal))
    for (const waiting of requests) {
      const line = this.lines[waiting.signal]
      if (line.next === 'wait') continue
      if (line.next === 'drop') {
        this.drop(waiting)
        continue
      }
      const request = this.store.read(waiting)
      const outcome = request.length === 0 ? TAKEN : await this.transport.send(waiting.signal, request)
      if (outcome.kind === 'not now') {
        const isGivenUp = line.failed(outcome, lines)
        if (isGivenUp) this.dropRefusedSignal(line, outcome.why, waiting)
        else if (line.isFirstFailure)
          log('warn', `the OTLP backend does not accept ${line.signal} now; requests wait on disk: ${outcome.why}`)
        if (outcome.status !== null) continue
        // no answer at all: the other signals need not be tried either
        for (const other of lines) other.waitFor(line)
        return
      }
      line.markAccepted()
      this.store.remove(waiting)
      if (outcome.kind === 'taken') {
        this.taken++
        if (outcome.rejected > 0 && this.rejectedRecords === 0)
          log('warn', `the OTLP backend rejects records, logged once`)
        this.rejectedRecords += outcome.rejected
      } else {
        if (this.refusedRequests++ === 0)
          log('error', `the OTLP backend refused a request permanently, logged once: ${outcome.why}`)
      }
    }
  }

  /**
   * A backend for traces only answers 404 to the other signals: that must neither delay the traces nor fill the disk.
   */
  private dropRefusedSignal({ signal }: SignalLine, why: string, waiting: Waiting): void {
    if (!this.saidNotTaken.has(signal)) {
      const variable = `OTEL_${signal.toUpperCase()}_EXPORTER`
      log(
        'warn',
        `the OTLP backend does not accept ${signal}; they are dropped: ${why}. Set ${variable}=clickhouse to send none there.`,
      )
    }
    this.saidNotTaken.add(signal)
    this.drop(waiting)
  }

  private drop(waiting: Waiting): void {
    this.store.remove(waiting)
    this.refusedRequests++
  }

  private writeLater(): void {
    this.immediate ??= setImmediate(() => this.write()).unref()
  }

  private writeSignal<T>(signal: Signal, records: T[], serialize: (records: T[]) => Uint8Array | undefined): void {
    if (records.length === 0) return
    const ended = records.splice(0)
    try {
      const message = serialize(ended)
      if (message !== undefined) this.store.append(signal, message)
    } catch (error) {
      if (this.refusedRequests++ === 0) log('error', `records cannot be written as OTLP, logged once: ${textOf(error)}`)
    }
  }

  private makeMetricExporter(flush: () => Promise<void>): PushMetricExporter {
    return {
      export: (metrics: ResourceMetrics, done: (result: ExportResult) => void) => {
        this.writeSignal('metrics', [metrics], ([one]) =>
          this.serializers.ProtobufMetricsSerializer.serializeRequest(one!),
        )
        done({ code: core().ExportResultCode.SUCCESS })
      },
      forceFlush: flush,
      shutdown: flush,
      selectAggregationTemporality: () => sdkMetrics().AggregationTemporality.CUMULATIVE,
    }
  }
}

const TAKEN = { kind: 'taken', rejected: 0 } as const
