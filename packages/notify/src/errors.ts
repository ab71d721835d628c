import { visibleLines } from '@runspan/model'

/** Stable codes for errors in notifying, for programs to check. */
export type NotifyErrorCode =
  | 'INVALID_WEBHOOK'
  /** The address is private, loopback, link-local or otherwise not on the public internet. */
  | 'ADDRESS_REFUSED'
  | 'NO_DIRECTORY'
  | 'DIRECTORY_NOT_WRITABLE'
  | 'DELIVERY_NOT_FOUND'
  | 'INVALID_ALERT'
  | 'RULE_NOT_FOUND'
  | 'ENVIRONMENT_MISSING'
  /** Another process is evaluating the same rules now. */
  | 'EVALUATION_BUSY'
  | 'NOT_SENT'

/** An error of this package, with a stable `code` and the original as `cause`. */
export class NotifyError extends Error {
  override readonly name: string = 'NotifyError'
  readonly code: NotifyErrorCode

  constructor(code: NotifyErrorCode, message: string, cause?: unknown) {
    super(visibleLines(message), { cause })
    this.code = code
  }
}
