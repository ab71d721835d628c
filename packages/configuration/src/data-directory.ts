import { accessSync, constants, lstatSync, mkdirSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'

import { ConfigurationError } from './errors.ts'
import { failureReason } from './failure-reason.ts'
import { writeIgnoreFiles } from './ignore-files.ts'
import { loadConfiguration } from './load-configuration.ts'
import { presence } from './presence.ts'

/** The data directory, and the rule that chose it. */
export interface DataDirectory {
  readonly path: string
  /** `code`, a variable's name, a position in the configuration file, or the rule that found it. */
  readonly from: string
}

/**
 * Returns the data directory as configured (`loadConfiguration`), or as given here. Creates nothing. Throws
 * `INVALID_CONFIGURATION`.
 */
export function dataDirectory(given?: string, environment?: NodeJS.ProcessEnv, from?: string): DataDirectory {
  const { values, sources } = loadConfiguration({ given: { dataDir: given }, environment, from })
  return { path: values.dataDir, from: sources.dataDir.name }
}

/**
 * Creates the data directory and its missing parents, readable only by the owner and ignored by git and npm.
 * Throws `DIRECTORY_NOT_WRITABLE`. Creates one directory at a time: Node's recursive `mkdir` never returns if a file system
 * refuses with ENOENT, as /proc does.
 */
export function makeDataDirectory(path: string): void {
  const missing: string[] = []
  for (let directory = path; presence(directory) === false; directory = dirname(directory)) missing.push(directory)
  try {
    for (const directory of missing.reverse()) makeDirectory(directory)
  } catch (error) {
    throw new ConfigurationError(
      'DIRECTORY_NOT_WRITABLE',
      `The data directory ${path} cannot be made: ${failureReason(error)}. Name another by --data or RUNSPAN_DATA.`,
      error,
    )
  }
  writeIgnoreFiles(path)
}

/** Returns why a data directory cannot be created or written, in words; null if it can. Creates nothing. */
export function dataDirectoryProblem(path: string): string | null {
  let nearest = path
  try {
    while (lstatSync(nearest, { throwIfNoEntry: false }) === undefined && dirname(nearest) !== nearest) {
      nearest = dirname(nearest)
    }
    if (presence(nearest) === false) return `${nearest} is a link that leads nowhere`
    if (!statSync(nearest).isDirectory()) return `${nearest} is a file`
    accessSync(nearest, constants.W_OK)
    return null
  } catch (error) {
    return failureReason(error)
  }
}

/** Creates one directory, unless another process was faster. Throws the errors of the file system. */
function makeDirectory(path: string): void {
  try {
    mkdirSync(path, { mode: 0o700 })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    // circular links throw here
    if (statSync(path, { throwIfNoEntry: false })?.isDirectory() === true) return
    throw new Error(`${path} is a link that leads nowhere, or a file`, { cause: error })
  }
}

/** Returns the directory where segments wait for ClickHouse. */
export function spoolDirectory(dataDir: string): string {
  return join(dataDir, 'spool')
}

/** Returns the directory where processes record their open runs. */
export function openSpansDirectory(dataDir: string): string {
  return join(dataDir, 'open')
}
