import { Writer } from 'protobufjs'

import type { Signal } from '../otlp/decode-protobuf.ts'

/** Result of a request's records. */
export interface Taken {
  readonly accepted: number
  readonly rejected: number
  /** Why some were rejected; empty if none were. */
  readonly message: string
}

const REJECTED: Readonly<Record<Signal, string>> = {
  traces: 'rejectedSpans',
  logs: 'rejectedLogRecords',
  metrics: 'rejectedDataPoints',
}

/** Returns the response message of a signal in JSON; empty if all records were accepted, as the protocol requires. */
export function jsonAnswer(signal: Signal, { rejected, message }: Taken): string {
  if (rejected === 0) return '{}'
  return JSON.stringify({ partialSuccess: { [REJECTED[signal]]: String(rejected), errorMessage: message } })
}

const LENGTH_DELIMITED = 2
const VARINT = 0
const tag = (field: number, type: number): number => (field << 3) | type

/**
 * Returns the same in protobuf: `Export…ServiceResponse { partial_success = 1 { rejected = 1, error_message = 2 } }`.
 */
export function protobufAnswer({ rejected, message }: Taken): Uint8Array {
  if (rejected === 0) return new Uint8Array(0)
  const partial = Writer.create()
    .uint32(tag(1, VARINT))
    .int64(rejected)
    .uint32(tag(2, LENGTH_DELIMITED))
    .string(message)
  return Writer.create().uint32(tag(1, LENGTH_DELIMITED)).bytes(partial.finish()).finish()
}

/** Returns `google.rpc.Status { code = 1, message = 2 }`, the body of an error. */
export function protobufStatus(code: number, message: string): Uint8Array {
  return Writer.create().uint32(tag(1, VARINT)).int32(code).uint32(tag(2, LENGTH_DELIMITED)).string(message).finish()
}
