import { log, textOf } from '@runspan/spool'

/** Why a request is refused. */
type Kind =
  | 'not otlp'
  | 'unauthorized'
  | 'not found'
  | 'wrong method'
  | 'too large'
  | 'wrong type'
  | 'too much at once'
  | 'cannot keep it'

/** HTTP status and gRPC code (google.rpc.Code) of each kind. */
const KINDS: Readonly<Record<Kind, readonly [number, number]>> = {
  'not otlp': [400, 3],
  unauthorized: [401, 16],
  'not found': [404, 5],
  'wrong method': [405, 12],
  'too large': [413, 8],
  'wrong type': [415, 3],
  'too much at once': [429, 14],
  'cannot keep it': [503, 14],
}

/** A refused request, in the terms of OTLP: an HTTP status, a gRPC status code and a message. */
export class Refusal extends Error {
  override readonly name: string = 'Refusal'
  readonly httpStatus: number
  readonly grpcCode: number
  /** When to retry; undefined if that would not help. */
  readonly retryAfterSeconds: number | undefined

  constructor(kind: Kind, message: string, retryAfterSeconds?: number) {
    super(message)
    const [httpStatus, grpcCode] = KINDS[kind]
    this.httpStatus = httpStatus
    this.grpcCode = grpcCode
    this.retryAfterSeconds = retryAfterSeconds
  }
}

let saidDefect = false

/** Turns any error into a refusal. An unexpected one is our bug: log it once, refuse the request, keep running. */
export function refusalOf(error: unknown): Refusal {
  if (error instanceof Refusal) return error
  if (!saidDefect)
    log('error', `the OTLP receiver has a bug, logged once: ${error instanceof Error ? error.stack : textOf(error)}`)
  saidDefect = true
  return new Refusal('cannot keep it', 'This is a bug in the receiver.')
}
