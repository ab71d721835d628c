import { EmbeddedError } from './errors.ts'
import type { EmbeddedErrorCode } from './errors.ts'

/** Context of a start, for the message of an error. */
export interface StartContext {
  readonly dataDir: string
  readonly host: string
  readonly logFile: string
}

interface Kind {
  readonly code: EmbeddedErrorCode
  readonly sign: RegExp
  readonly fix: (match: RegExpExecArray, context: StartContext) => string
}

const KINDS: readonly Kind[] = [
  {
    code: 'DIRECTORY_IN_USE',
    sign: /Cannot lock file .*status\. Another server instance/,
    fix: (_, { dataDir }) =>
      `Another ClickHouse server holds ${dataDir} and cannot be reached from here: end that process (its number is in ` +
      'clickhouse/data/status; it may run in another container), ask there, or use another data directory.',
  },
  {
    code: 'PORT_TAKEN',
    sign: /Listen \[.*?\]:(\d+) failed[^]*?(?:Address already in use|EADDRINUSE)/,
    fix: ([, port], { host }) => portTakenMessage(host, Number(port)),
  },
  {
    code: 'PORT_NOT_ALLOWED',
    sign: /Listen \[.*?\]:(\d+) failed[^]*?(?:Permission denied|EACCES)/,
    fix: ([, port]) => `This user may not open port ${port}: give one from 1024 on, or none to have a free one chosen.`,
  },
  {
    code: 'LIBC_TOO_OLD',
    sign: /version [`']?(GLIBC(?:XX)?_[\d.]+)'? not found/,
    fix: ([, wanted]) =>
      `The C library of this system is too old for the embedded ClickHouse, which needs ${wanted}: ` +
      'use a newer distribution or image, or a ClickHouse server of your own (--clickhouse URL).',
  },
  {
    code: 'UNSUPPORTED_PLATFORM',
    sign: /libc\.musl|ld-linux[-\w]*\.so\.\d: cannot open|Error (?:loading|relocating) .*(?:symbol not found|No such file)/,
    fix: () =>
      'The embedded ClickHouse needs glibc, and this Linux has another C library (musl, as on Alpine): ' +
      'use an image with glibc such as node:22-slim, or a ClickHouse server of your own (--clickhouse URL).',
  },
  {
    code: 'DISK_FULL',
    sign: /No space left on device|NOT_ENOUGH_SPACE|ENOSPC|EDQUOT|Disk quota exceeded/,
    fix: (_, { dataDir }) =>
      `The disk under ${dataDir} is full: free some space there, or use a data directory on another disk.`,
  },
  {
    code: 'DIRECTORY_NOT_WRITABLE',
    sign: /Permission denied|Read-only file system|EACCES|EPERM|EROFS|ENOTDIR|EEXIST|Not a directory|Access to file denied/,
    fix: (_, { dataDir }) =>
      `The data directory ${dataDir} cannot be written: make it a folder this user may write, ` +
      'or use another one (--data DIR, RUNSPAN_DATA).',
  },
]

/** Returns the message for a port that is taken. */
export function portTakenMessage(host: string, port: number): string {
  return (
    `Port ${port} on ${host} is taken by another program: end that program, give another port, ` +
    'or give none to have a free one chosen.'
  )
}

/** Returns the output of a failed start, from the system or the engine, as an error that names the fix. */
export function startFailure(words: string, context: StartContext, cause?: unknown): EmbeddedError {
  const options = cause === undefined ? {} : { cause }
  for (const { code, sign, fix } of KINDS) {
    const match = sign.exec(words)
    if (match) return new EmbeddedError(code, fix(match, context), { cause: new Error(words.trim(), options) })
  }
  return new EmbeddedError(
    'START_FAILED',
    `The embedded ClickHouse could not start. It said: ${words.trim() || '(nothing)'}\nMore may be in ${context.logFile}.`,
    options,
  )
}
