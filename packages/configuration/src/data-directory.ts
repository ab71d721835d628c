import { accessSync, constants, lstatSync, mkdirSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'

import { ConfigurationError } from './errors.ts'
import { failureReason } from './failure-reason.ts'
import { writeIgnoreFiles } from './ignore-files.ts'
import { loadConfiguration } from './load-configuration.ts'
import { presence } from './presence.ts'

/** Where the data is and which rule said so. */
export interface DataDirectory {
  readonly path: string
  /** `code`, a variable's name, a place in the configuration file, or the rule that found it. */
  readonly from: string
}

/** The data directory as configured (`loadConfiguration`), or as given here. Creates nothing. Throws `INVALID_CONFIGURATION`. */
export function dataDirectory(given?: string, environment?: NodeJS.ProcessEnv, from?: string): DataDirectory {
  const { values, sources } = loadConfiguration({ given: { dataDir: given }, environment, from })
  return { path: values.dataDir, from: sources.dataDir.name }
}

/**
 * Makes the data directory and what is missing above it, readable by its owner only and kept out of git and npm. Throws `DIRECTORY_NOT_WRITABLE`.
 * One directory at a time: Node's recursive `mkdir` never returns where a file system denies with ENOENT, as /proc does.
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

/** Why a data directory cannot be made or written, in words; null where it can. Makes nothing. */
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

/** Makes one directory, unless another process was quicker. Throws what the file system throws. */
function makeDirectory(path: string): void {
  try {
    mkdirSync(path, { mode: 0o700 })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    // links that lead in a circle throw here
    if (statSync(path, { throwIfNoEntry: false })?.isDirectory() === true) return
    throw new Error(`${path} is a link that leads nowhere, or a file`, { cause: error })
  }
}

/** Where segments wait for ClickHouse. */
export function spoolDirectory(dataDir: string): string {
  return join(dataDir, 'spool')
}

/** Where processes write down which runs they have open. */
export function openSpansDirectory(dataDir: string): string {
  return join(dataDir, 'open')
}
