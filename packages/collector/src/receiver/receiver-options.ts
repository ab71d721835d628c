import { type OptionKinds, readOptions } from '@runspan/model'
import type { Spool } from '@runspan/spool'

import { CollectorError } from '../errors.ts'
import type { RequestBounds } from '../otlp/request-bounds.ts'

/** Options of a receiver: addresses, access and limits. */
export interface ReceiverOptions {
  /** Spool of the received records; acknowledged records are there, on disk. */
  readonly spool: Spool
  /** Address to listen on; `127.0.0.1` by default. */
  readonly host?: string | undefined
  /** Port of OTLP/HTTP; 4318 by default, 0 for a free one, null for none. */
  readonly httpPort?: number | null | undefined
  /** Port of OTLP/gRPC; 4317 by default, 0 for a free one, null for none. */
  readonly grpcPort?: number | null | undefined
  /** Token that senders must send as `Authorization: Bearer <token>`. None by default. */
  readonly bearerToken?: string | undefined
  /** Key and certificate chain, PEM; without them plain text. */
  readonly tls?: { readonly key: string | Buffer; readonly cert: string | Buffer } | undefined
  /**
   * Origins of web pages that may send OTLP over HTTP, such as `https://app.example.com`, or `*` for any. None by default.
   */
  readonly allowedOrigins?: readonly string[] | undefined
  /** Maximum bytes of a request as received; 20 MB by default. */
  readonly maxBodyBytes?: number | undefined
  /** Maximum bytes of a request after decompression; 64 MB by default. */
  readonly maxInflatedBytes?: number | undefined
  /** Maximum spans, log records or metric points of a request; 50,000 by default. */
  readonly maxRecords?: number | undefined
  /** Maximum bytes of requests in progress; beyond it senders are told to retry. 256 MB by default. */
  readonly maxInWorkBytes?: number | undefined
}

/** Option kinds. Add a new option here. */
const KINDS: OptionKinds<ReceiverOptions> = {
  spool: 'object',
  host: 'text',
  httpPort: 'any',
  grpcPort: 'any',
  bearerToken: 'text',
  tls: 'object',
  allowedOrigins: 'list',
  maxBodyBytes: 'number',
  maxInflatedBytes: 'number',
  maxInWorkBytes: 'number',
  maxRecords: 'number',
}

/** Returns checked options. Throws `CollectorError` `INVALID_OPTIONS`. */
export function receiverOptions(given: ReceiverOptions): ReceiverOptions {
  const options = readOptions(given, KINDS, {
    of: 'startReceiver',
    required: ['spool'],
    refuse: (message) => new CollectorError('INVALID_OPTIONS', message),
  })
  if (options.allowedOrigins?.some((origin) => typeof origin !== 'string')) {
    throw new CollectorError('INVALID_OPTIONS', 'startReceiver: allowedOrigins must be a list of texts.')
  }
  return options
}

/** The limits with their defaults. */
export interface Limits {
  readonly maxBodyBytes: number
  readonly maxInflatedBytes: number
  readonly maxInWorkBytes: number
  readonly maxRecords: number
}

const MB = 1024 * 1024
/** Stored bytes that any request may take. */
const STORED_BYTES_ANYWAY = 16 * MB
/** Stored bytes that a request may take as a multiple of its size: its resource is stored next to every record. */
const STORED_TIMES = 50
const MOST_STORED_BYTES = 128 * MB

/** Returns the limits of a request of `bytes` bytes. */
export function boundsOf({ maxRecords }: Limits, bytes: number): RequestBounds {
  return {
    maxRecords,
    maxStoredBytes: Math.min(MOST_STORED_BYTES, Math.max(STORED_BYTES_ANYWAY, STORED_TIMES * bytes)),
  }
}

export function limitsOf(options: ReceiverOptions): Limits {
  return {
    maxBodyBytes: options.maxBodyBytes ?? 20 * MB,
    maxInflatedBytes: options.maxInflatedBytes ?? 64 * MB,
    maxInWorkBytes: options.maxInWorkBytes ?? 256 * MB,
    maxRecords: options.maxRecords ?? 50_000,
  }
}
