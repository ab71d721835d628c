import { type OptionKinds, readOptions } from '@runspan/model'
import type { Spool } from '@runspan/spool'

import { CollectorError } from '../errors.ts'
import type { RequestBounds } from '../otlp/request-bounds.ts'

/** Where OTLP is taken in, from whom, and how much of it. */
export interface ReceiverOptions {
  /** Where it is left; acknowledged means that it is there, on disk. */
  readonly spool: Spool
  /** Address to listen on; `127.0.0.1` by default. */
  readonly host?: string | undefined
  /** Port of OTLP/HTTP; 4318 by default, 0 for a free one, null for none. */
  readonly httpPort?: number | null | undefined
  /** Port of OTLP/gRPC; 4317 by default, 0 for a free one, null for none. */
  readonly grpcPort?: number | null | undefined
  /** Who sends has to say `Authorization: Bearer <this>`. Nobody has to by default. */
  readonly bearerToken?: string | undefined
  /** Key and certificate chain, PEM; plain text without. */
  readonly tls?: { readonly key: string | Buffer; readonly cert: string | Buffer } | undefined
  /** Origins of pages that may send OTLP over HTTP, such as `https://app.example.com`, or `*` for any. None by default. */
  readonly allowedOrigins?: readonly string[] | undefined
  /** Bytes of a request as it comes; 20 MB by default. */
  readonly maxBodyBytes?: number | undefined
  /** Bytes of a request as it is inflated; 64 MB by default. */
  readonly maxInflatedBytes?: number | undefined
  /** Spans, log records or metric points of a request; 50,000 by default. */
  readonly maxRecords?: number | undefined
  /** Bytes of requests that are in work at one time; beyond that the next are told to come again. 256 MB by default. */
  readonly maxInWorkBytes?: number | undefined
}

/** A new option is an entry here. */
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
/** A request may take so much as it is stored, whatever its size, */
const STORED_BYTES_ANYWAY = 16 * MB
/** or so many times its size: its resource is stored beside every record. */
const STORED_TIMES = 50
const MOST_STORED_BYTES = 128 * MB

/** What a request of so many bytes may hold. */
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
