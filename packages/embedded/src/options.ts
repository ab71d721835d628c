import { resolve } from 'node:path'

import type { EmbeddedConnection } from './connection.ts'
import { EmbeddedError } from './errors.ts'

/** Options of `startEmbedded`. */
export interface EmbeddedOptions {
  /** Runspan's directory, usually `.runspan`; created if missing. */
  dataDir: string
  /** Default: that of the last start if it is free, else any free one. */
  httpPort?: number
  /** Port of ClickHouse's native protocol; default as for `httpPort`. */
  tcpPort?: number
  /**
   * Address to listen on; default 127.0.0.1. Any address but a loopback one lets other machines in, with the password.
   */
  host?: string
  /**
   * Maximum memory of the server; default 2 GiB, or a quarter of the machine's if that is less. Larger queries fail.
   */
  memoryBytes?: number
  /**
   * Native ports of other servers to which this one may connect, as shards of a cluster; none by default. The server's
   * configuration names those servers.
   */
  peerPorts?: readonly number[]
  /** Default 30. */
  startTimeoutSeconds?: number
  /** Called when the server has died and was restarted. */
  onRestart?: (connection: EmbeddedConnection) => void
  /** Called when the server died too often and is not restarted; default: a process warning. */
  onGiveUp?: (error: EmbeddedError) => void
}

/**
 * Checks that options are valid.
 * @throws EmbeddedError INVALID_OPTION
 */
export function checkOptions(options: EmbeddedOptions): void {
  const isPort = (value: number | undefined): boolean =>
    value === undefined || (Number.isInteger(value) && value >= 0 && value <= 65_535)
  const isPositive = (value: number | undefined): boolean => value === undefined || value > 0
  if (options.dataDir === '') throw invalidOption('dataDir', 'the path of a directory')
  if (resolve(options.dataDir).includes('\\'))
    throw invalidOption('dataDir', 'a path without a backslash, which the engine cannot open')
  if (!isPort(options.httpPort)) throw invalidOption('httpPort', 'a whole number from 1 to 65535, or 0 for a free port')
  if (!isPort(options.tcpPort)) throw invalidOption('tcpPort', 'a whole number from 1 to 65535, or 0 for a free port')
  if (!(options.peerPorts ?? []).every((port) => isPort(port) && port !== 0))
    throw invalidOption('peerPorts', 'whole numbers from 1 to 65535')
  if (!isPositive(options.memoryBytes)) throw invalidOption('memoryBytes', 'a number of bytes above zero')
  if (!isPositive(options.startTimeoutSeconds))
    throw invalidOption('startTimeoutSeconds', 'a number of seconds above zero')
}

/** Returns the error for an invalid option. */
export function invalidOption(option: string, wanted: string): EmbeddedError {
  return new EmbeddedError('INVALID_OPTION', `${option} must be ${wanted}.`)
}
