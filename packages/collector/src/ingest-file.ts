import type { Spool } from '@runspan/spool'

import { CollectorError } from './errors.ts'
import { looksLikeJson, requestsOf } from './file/requests-of.ts'
import { otlpOf } from './forms/forms.ts'
import { FILE_BOUNDS, type Ingested, ingestSlices, slicesOf } from './ingest-request.ts'
import { checkTypes, parseJson } from './otlp/decode-json.ts'
import { REQUEST_TYPES, signalOf, SIGNALS } from './otlp/decode-protobuf.ts'
import { notOtlp } from './otlp/fields.ts'
import { checkJsonItems, checkProtobufItems } from './otlp/request-bounds.ts'
import { protobufSlices } from './otlp/request-slices.ts'
import type { OtlpRequest } from './otlp/request.ts'

/** One request that was rejected. */
export interface Rejected {
  /**
   * Number in the file, from 1: of the JSON documents, including elements of lists, or of the messages of a protobuf file.
   */
  readonly request: number
  readonly reason: string
}

export interface IngestedFile extends Ingested {
  readonly rejected: readonly Rejected[]
  /** Why the rest of the file could not be read, after the requests before it were accepted; null if all was read. */
  readonly endedEarly: CollectorError | null
}

export interface IngestFileOptions {
  /** Called after every few megabytes: the place to send the gathered data, and to show progress. */
  readonly onProgress?: (bytes: number) => Promise<void>
}

const PROGRESS_BYTES = 16 * 1024 * 1024

/**
 * Reads a file of OTLP requests into the spool. Accepts OTLP/JSON, with documents on a line each or one after another, in
 * lists or in lines of a log; protobuf, one request in the file or each after its length in four bytes, as the collector's
 * file exporter writes them; traces of Tempo, Jaeger and Zipkin; and gzip of any of these. A request of no known form, or one
 * that is too large, is left out, counted and named; the others are stored, each completely. Throws `FILE_NOT_READABLE`,
 * `TOO_LARGE`, `UNSUPPORTED_COMPRESSION`, `NOT_OTLP` if nothing was accepted, and `CANNOT_KEEP` if the disk is full.
 */
export async function ingestFile(path: string, spool: Spool, options: IngestFileOptions = {}): Promise<IngestedFile> {
  const total = { spans: 0, metrics: 0, logs: 0 }
  const rejected: Rejected[] = []
  let request = 0
  let sinceProgress = 0
  let endedEarly: CollectorError | null = null
  const progress = async (): Promise<void> => {
    await options.onProgress?.(sinceProgress)
    sinceProgress = 0
  }
  const take = async (bytes: Buffer): Promise<Ingested> => {
    const attempt = (): Promise<Ingested> =>
      ingestSlices(slicesIn(bytes), spool.batch(FILE_BOUNDS.maxStoredBytes), FILE_BOUNDS)
    try {
      return await attempt()
    } catch (error) {
      if (!(error instanceof CollectorError) || error.code !== 'CANNOT_KEEP') throw error
      await progress() // sending the data there makes space
      return attempt()
    }
  }
  const requests = requestsOf(path)
  for (;;) {
    let next: IteratorResult<Buffer>
    try {
      next = await requests.next()
    } catch (error) {
      if (!(error instanceof CollectorError) || request === 0) throw error
      endedEarly = error
      break
    }
    if (next.done) break
    request++
    try {
      const added = await take(next.value)
      total.spans += added.spans
      total.metrics += added.metrics
      total.logs += added.logs
    } catch (error) {
      if (!(error instanceof CollectorError) || error.code === 'CANNOT_KEEP') throw error
      rejected.push({ request, reason: error.message })
    }
    sinceProgress += next.value.length
    if (sinceProgress >= PROGRESS_BYTES) await progress()
  }
  await progress()
  return { ...total, rejected, endedEarly }
}

function slicesIn(bytes: Buffer): Iterable<OtlpRequest> {
  if (looksLikeJson(bytes)) {
    checkJsonItems(bytes)
    return slicesOf(checkTypes(otlpOf(parseJson(bytes)), SIGNALS))
  }
  const signal = signalOf(bytes)
  if (signal === null) throw notOtlp('neither JSON nor a protobuf request with spans, logs or metrics in it')
  checkProtobufItems(bytes, REQUEST_TYPES[signal])
  return protobufSlices(bytes, signal)
}
