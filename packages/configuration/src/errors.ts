import { visibleLines } from '@runspan/model'

/** Stable codes for errors in the configuration, for programs to check. */
export type ConfigurationErrorCode = 'INVALID_CONFIGURATION' | 'DIRECTORY_NOT_WRITABLE'

/** An error of this package, with a stable `code` and the original as `cause`. */
export class ConfigurationError extends Error {
  override readonly name: string = 'ConfigurationError'
  readonly code: ConfigurationErrorCode

  constructor(code: ConfigurationErrorCode, message: string, cause?: unknown) {
    super(visibleLines(message), { cause })
    this.code = code
  }
}
