import type { Spool } from '@runspan/spool'

import { CollectorError } from '../errors.ts'
import { ingestSlices, slicesOf } from '../ingest-request.ts'
import { decodeJson } from '../otlp/decode-json.ts'
import { REQUEST_TYPES, type Signal } from '../otlp/decode-protobuf.ts'
import { checkJsonItems, checkProtobufItems, type RequestBounds } from '../otlp/request-bounds.ts'
import { protobufSlices, SIGNAL_NAMES } from '../otlp/request-slices.ts'
import type { OtlpRequest } from '../otlp/request.ts'
import { TooUnusual, transcodeSpans } from '../otlp/transcode-spans.ts'
import type { Taken } from './otlp-answer.ts'
import type { ReceiverCounts } from './receiver-counts.ts'
import { boundsOf, type Limits } from './receiver-options.ts'
import { Refusal } from './refusal.ts'

export type Encoding = 'protobuf' | 'json'

/** Seconds after which senders retry while the disk is full, or cannot be written. */
const FULL_RETRY_SECONDS = 30
/** Bytes from which requests are handled one after another: in memory a request is many times its size. */
const LARGE_BYTES = 1024 * 1024

/** Writes OTLP requests of any transport into the spool. */
export class RequestTaker {
  readonly #spool: Spool
  readonly #counts: ReceiverCounts
  readonly #limits: Limits
  /** Settles when the earlier large requests are done. */
  #large: Promise<unknown> = Promise.resolve()

  constructor(spool: Spool, counts: ReceiverCounts, limits: Limits) {
    this.#spool = spool
    this.#counts = counts
    this.#limits = limits
  }

  /** Resolves when the whole request is on disk. Throws `Refusal`; then none of it is stored. */
  async handle(signal: Signal, encoding: Encoding, body: Buffer): Promise<Taken> {
    if (body.length <= LARGE_BYTES) return this.#handle(signal, encoding, body)
    const before = this.#large
    const mine = before.then(() => this.#handle(signal, encoding, body))
    this.#large = mine.catch(() => undefined)
    return mine
  }

  async #handle(signal: Signal, encoding: Encoding, body: Buffer): Promise<Taken> {
    const bounds = boundsOf(this.#limits, body.length)
    const batch = this.#spool.batch(bounds.maxStoredBytes)
    try {
      const isTranscoded = signal === 'traces' && encoding === 'protobuf' && this.#transcode(body, batch, bounds)
      const slices = isTranscoded ? [] : slicesIn(signal, encoding, body)
      await ingestSlices(slices, batch, bounds)
    } catch (error) {
      batch.discard()
      throw asRefusal(error, () => this.#counts.records(signal, 0, batch.records))
    }
    const { records, rejected } = batch
    this.#counts.records(signal, records, rejected)
    return { accepted: records, rejected, message: rejected === 0 ? '' : `${rejected} records could not be encoded.` }
  }

  /** Adds spans directly from bytes; returns false if they are too unusual for that. */
  #transcode(body: Buffer, batch: ReturnType<Spool['batch']>, bounds: RequestBounds): boolean {
    try {
      batch.fill('otel_traces', (block) => transcodeSpans(body, block, bounds))
      return true
    } catch (error) {
      if (error instanceof TooUnusual) return false
      throw error
    }
  }
}

/** Returns an error of a body, or of the disk, as a refusal; any other error is a bug and is returned unchanged. */
function asRefusal(error: unknown, onFull: () => void): unknown {
  if (!(error instanceof CollectorError)) return error
  if (error.code === 'TOO_LARGE') return new Refusal('too large', error.message)
  if (error.code !== 'CANNOT_KEEP') return new Refusal('not otlp', error.message)
  onFull()
  return new Refusal('cannot keep it', 'The disk of the spool is full or cannot be written.', FULL_RETRY_SECONDS)
}

/**
 * Returns the records of a body for the signal of its path. Other fields are unknown there, and ignored as the protocol
 * requires.
 */
function slicesIn(signal: Signal, encoding: Encoding, body: Buffer): Iterable<OtlpRequest> {
  if (body.length === 0) return []
  if (encoding === 'protobuf') {
    checkProtobufItems(body, REQUEST_TYPES[signal])
    return protobufSlices(body, signal)
  }
  checkJsonItems(body)
  const value = decodeJson(body, [signal])
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new Refusal('not otlp', 'The body is not a JSON object.')
  }
  return slicesOf(onlyOf(signal, value), [signal])
}

function onlyOf(signal: Signal, request: object): object {
  const field = SIGNAL_NAMES[signal].groups
  const value = (request as Record<string, unknown>)[field]
  if (value !== undefined && value !== null) return { [field]: value }
  // accepted, it would leave nothing: the sender would never learn that the content, or the path, was wrong
  const stranger = Object.entries(request).find(([, other]) => Array.isArray(other) && other.length > 0)
  if (stranger === undefined) return {}
  throw new Refusal(
    'not otlp',
    `Not an OTLP request of ${signal}: it has no ${field}, but ${JSON.stringify(stranger[0].slice(0, 100))}.`,
  )
}
