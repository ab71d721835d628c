/** Error codes, stable across versions. */
export type EmbeddedErrorCode =
  | 'INVALID_OPTION'
  /** No engine exists for this operating system, processor or C library. */
  | 'UNSUPPORTED_PLATFORM'
  /** The npm package with the engine is not installed. */
  | 'ENGINE_NOT_INSTALLED'
  /** The C library of this system is older than the engine needs. */
  | 'LIBC_TOO_OLD'
  /** The data directory cannot be created or written. */
  | 'DIRECTORY_NOT_WRITABLE'
  /** The data directory is locked by a server that does not answer. */
  | 'DIRECTORY_IN_USE'
  | 'DISK_FULL'
  /** The limit of open files is too low for a server. */
  | 'TOO_FEW_FILES'
  /** A requested port is taken by another program. */
  | 'PORT_TAKEN'
  /** This user may not open a requested port. */
  | 'PORT_NOT_ALLOWED'
  /** The server ended, or could not be started; the message has its own output. */
  | 'START_FAILED'
  | 'START_TIMEOUT'
  /** The server died repeatedly and is not started any more. */
  | 'RESTART_LIMIT'

/** The only error class of this package: `code` is stable, the message names the fix. */
export class EmbeddedError extends Error {
  override readonly name = 'EmbeddedError'
  readonly code: EmbeddedErrorCode

  constructor(code: EmbeddedErrorCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }
}
