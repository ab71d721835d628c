import { log, textOf } from '@runspan/spool'

/** Why a request is not taken. */
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

/** A request that is not taken, as OTLP says it: by an HTTP status, a gRPC status code and words. */
export class Refusal extends Error {
  override readonly name: string = 'Refusal'
  readonly httpStatus: number
  readonly grpcCode: number
  /** When to come again; undefined where that would not help. */
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

/** Any error as a refusal; one that is none is a defect of ours, which no request may end the process by: it is said once. */
export function refusalOf(error: unknown): Refusal {
  if (error instanceof Refusal) return error
  if (!saidDefect)
    log('error', `the OTLP receiver has a defect, said once: ${error instanceof Error ? error.stack : textOf(error)}`)
  saidDefect = true
  return new Refusal('cannot keep it', 'This is a defect of the receiver.')
}
