import type { Spool } from '@runspan/clickhouse'

import { CollectorError } from '../errors.ts'
import { ingestRequest } from '../ingest-request.ts'
import { decodeJson } from '../otlp/decode-json.ts'
import { decodeProtobuf, type Signal } from '../otlp/decode-protobuf.ts'
import { TooUnusual, transcodeSpans } from '../otlp/transcode-spans.ts'
import type { Taken } from './otlp-answer.ts'
import type { ReceiverCounts } from './receiver-counts.ts'
import { Refusal } from './refusal.ts'

export type Encoding = 'protobuf' | 'json'

const RECORDS: Readonly<Record<Signal, 'spans' | 'logs' | 'metrics'>> = {
  traces: 'spans',
  logs: 'logs',
  metrics: 'metrics',
}
/** When to come again while the disk is full, or cannot be written. */
const FULL_RETRY_SECONDS = 30

/** Takes OTLP requests of any transport into the spool. */
export class RequestTaker {
  readonly #spool: Spool
  readonly #counts: ReceiverCounts

  constructor(spool: Spool, counts: ReceiverCounts) {
    this.#spool = spool
    this.#counts = counts
  }

  /** Resolves when all that was taken is on disk. Throws `Refusal`; then nothing of the request was taken. */
  async take(signal: Signal, encoding: Encoding, body: Buffer): Promise<Taken> {
    const rejectedBefore = this.#spool.rejectedRecords
    const lostBefore = this.#spool.lostRows
    const total = body.length === 0 ? 0 : this.#add(signal, encoding, body)
    // the spool works synchronously: what was not encodable since then is of this request
    const rejected = this.#spool.rejectedRecords - rejectedBefore
    const kept = total === 0 || (await this.#spool.kept(lostBefore))
    if (!kept) {
      this.#counts.records(signal, 0, total)
      throw new Refusal(
        'cannot keep it',
        'The disk that telemetry waits on is full or cannot be written.',
        FULL_RETRY_SECONDS,
      )
    }
    this.#counts.records(signal, total - rejected, rejected)
    const message = rejected === 0 ? '' : `${rejected} records could not be encoded.`
    return { accepted: total - rejected, rejected, message }
  }

  /** Adds all records, or none and throws `Refusal`. Returns how many. */
  #add(signal: Signal, encoding: Encoding, body: Buffer): number {
    try {
      if (signal === 'traces' && encoding === 'protobuf') {
        const count = this.#transcode(body)
        if (count !== null) return count
      }
      return ingestRequest(onlyOf(signal, decode(signal, encoding, body)), this.#spool)[RECORDS[signal]]
    } catch (error) {
      throw asRefusal(error)
    }
  }

  /** Spans from bytes to bytes; null where they are too unusual for that. */
  #transcode(body: Buffer): number | null {
    let count = 0
    try {
      this.#spool.fill('otel_traces', (block) => {
        count = transcodeSpans(body, block)
      })
      return count
    } catch (error) {
      if (error instanceof TooUnusual) return null
      throw error
    }
  }
}

/** What was wrong with a body, as a refusal; anything else is a defect and stays what it is. */
function asRefusal(error: unknown): unknown {
  if (error instanceof CollectorError) return new Refusal('not otlp', error.message)
  return error
}

function decode(signal: Signal, encoding: Encoding, body: Buffer): object {
  if (encoding === 'protobuf') return decodeProtobuf(body, signal)
  const value = decodeJson(body, [signal])
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value
  throw new Refusal('not otlp', 'The body is no JSON object.')
}

const FIELDS: Readonly<Record<Signal, string>> = {
  traces: 'resourceSpans',
  logs: 'resourceLogs',
  metrics: 'resourceMetrics',
}

/** What belongs to the signal of the path; other fields are unknown ones there, and ignored as the protocol wants it. */
function onlyOf(signal: Signal, request: object): object {
  const field = FIELDS[signal]
  return field in request ? { [field]: (request as Record<string, unknown>)[field] } : {}
}
