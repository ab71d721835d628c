import { setImmediate as nextTurn } from 'node:timers/promises'

import { BatchRefused, type Spool, type SpoolBatch } from '@runspan/spool'

import { CollectorError } from './errors.ts'
import { SIGNALS, type Signal } from './otlp/decode-protobuf.ts'
import { notOtlp } from './otlp/fields.ts'
import { checkRecords, type RequestBounds } from './otlp/request-bounds.ts'
import { jsonSlices, SLICE_RECORDS } from './otlp/request-slices.ts'
import type { OtlpRequest } from './otlp/request.ts'
import { logRows } from './rows/logs.ts'
import { metricPoints } from './rows/metrics.ts'
import { spanRows } from './rows/spans.ts'

/** Number of records of each kind. */
export interface Ingested {
  readonly spans: number
  readonly metrics: number
  readonly logs: number
}

/** Limits of one request in a file: files are the user's own, and large. */
export const FILE_BOUNDS: RequestBounds = { maxRecords: 1_000_000, maxStoredBytes: 256 * 1024 * 1024 }

/**
 * Writes all records of a request to the spool; none if any of it is not OTLP, or if the disk cannot store all. Throws
 * `NOT_OTLP`, `TOO_LARGE`, `CANNOT_KEEP`.
 */
export function ingestRequest(request: unknown, spool: Spool): Ingested {
  const known = checkedRequest(request)
  const batch = spool.batch(FILE_BOUNDS.maxStoredBytes)
  try {
    const added = addSlice(known, batch)
    checkRecords(batch.records, FILE_BOUNDS)
    batch.commit()
    return added
  } catch (error) {
    batch.discard()
    throw inOurWords(error)
  }
}

/**
 * Same as `ingestRequest`, for a request in slices: the event loop turns between them, so that a large request delays nobody
 * else.
 */
export async function ingestSlices(
  slices: Iterable<OtlpRequest>,
  batch: SpoolBatch,
  bounds: RequestBounds,
): Promise<Ingested> {
  const total = { spans: 0, metrics: 0, logs: 0 }
  let groups = 0
  let sinceTurn = 0
  try {
    for (const slice of slices) {
      checkRecords(++groups, bounds)
      if (sinceTurn >= SLICE_RECORDS) {
        await nextTurn()
        sinceTurn = 0
      }
      const added = addSlice(slice, batch)
      total.spans += added.spans
      total.metrics += added.metrics
      total.logs += added.logs
      checkRecords(batch.records, bounds)
      sinceTurn += 1 + added.spans + added.logs + added.metrics
    }
    batch.commit()
    return total
  } catch (error) {
    batch.discard()
    throw inOurWords(error)
  }
}

/** Returns a parsed JSON request in slices. Throws `NOT_OTLP` if it is invalid. */
export function slicesOf(request: unknown, signals: readonly Signal[] = SIGNALS): Iterable<OtlpRequest> {
  return jsonSlices(checkedRequest(request), signals)
}

function checkedRequest(request: unknown): OtlpRequest {
  if (typeof request !== 'object' || request === null || Array.isArray(request)) {
    throw notOtlp('it is not a JSON object')
  }
  // an empty request is valid (engines send one to test the endpoint); one of another kind is not
  if (
    Object.keys(request).length > 0 &&
    !['resourceSpans', 'resourceLogs', 'resourceMetrics'].some((key) => key in request)
  ) {
    throw notOtlp('it has neither resourceSpans nor resourceLogs nor resourceMetrics')
  }
  return request as OtlpRequest
}

function addSlice(request: OtlpRequest, batch: SpoolBatch): Ingested {
  const spans = spanRows(request)
  const logs = logRows(request)
  const points = metricPoints(request)
  for (const row of spans) batch.add('otel_traces', row)
  for (const row of logs) batch.add('otel_logs', row)
  for (const add of points) add(batch)
  return { spans: spans.length, metrics: points.length, logs: logs.length }
}

function inOurWords(error: unknown): unknown {
  if (!(error instanceof BatchRefused)) return error
  if (error.reason === 'too large')
    return new CollectorError('TOO_LARGE', `${error.message} Send smaller batches.`, error)
  return new CollectorError(
    'CANNOT_KEEP',
    `The disk of the spool is full or cannot be written: ${error.message}`,
    error,
  )
}
