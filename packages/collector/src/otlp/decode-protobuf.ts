import { Reader } from 'protobufjs'

import { decodeMessage } from './proto.ts'
import type { OtlpRequest } from './request.ts'

export const SIGNALS = ['traces', 'logs', 'metrics'] as const
export type Signal = (typeof SIGNALS)[number]

/** Message type of a request of each signal. */
export const REQUEST_TYPES: Readonly<Record<Signal, string>> = {
  traces: 'ExportTraceServiceRequest',
  logs: 'ExportLogsServiceRequest',
  metrics: 'ExportMetricsServiceRequest',
}

/** Returns a decoded protobuf request. Throws `NOT_OTLP`. */
export function decodeProtobuf(bytes: Uint8Array, signal: Signal): OtlpRequest {
  return decodeMessage(REQUEST_TYPES[signal], bytes) as OtlpRequest
}

/**
 * Returns the signal of a protobuf request. The three requests differ only in their records, so this walks down to the first
 * record and checks its fields; null if there is no record or it belongs to none of the three.
 */
export function signalOf(bytes: Uint8Array): Signal | null {
  try {
    return firstRecord(bytes, 0)
  } catch {
    return null // not protobuf
  }
}

const LENGTH_DELIMITED = 2
const FIXED_64 = 1
/** Request → resource (field 1) → scope (field 2) → record (field 2). */
const PATH = [1, 2, 2]

function firstRecord(bytes: Uint8Array, depth: number): Signal | null {
  if (depth === PATH.length) return recordSignal(bytes)
  const reader = Reader.create(bytes)
  while (reader.pos < reader.len) {
    const tag = reader.uint32()
    if (tag >>> 3 === PATH[depth] && (tag & 7) === LENGTH_DELIMITED) {
      const signal = firstRecord(reader.bytes(), depth + 1)
      if (signal !== null) return signal
    } else reader.skipType(tag & 7)
  }
  return null
}

function recordSignal(bytes: Uint8Array): Signal | null {
  const reader = Reader.create(bytes)
  const fields = new Set<string>()
  while (reader.pos < reader.len) {
    const tag = reader.uint32()
    fields.add(`${tag >>> 3}:${tag & 7}`)
    reader.skipType(tag & 7)
  }
  if (fields.has(`7:${FIXED_64}`) || fields.has(`8:${FIXED_64}`)) return 'traces'
  if (fields.has(`1:${FIXED_64}`) || fields.has(`11:${FIXED_64}`)) return 'logs'
  const isMetric = [5, 7, 9, 10, 11].some((field) => fields.has(`${field}:${LENGTH_DELIMITED}`))
  return isMetric ? 'metrics' : null
}
