import { existsSync, mkdirSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'

import { InstrumentationError } from './errors.ts'

const NAME = '.runspan'

/** Where the data is and which rule said so. */
export interface DataDirectory {
  readonly path: string
  readonly from: 'option' | 'RUNSPAN_DATA' | 'nearest .runspan' | 'beside package.json' | 'working directory'
}

/**
 * The data directory: as given, else `RUNSPAN_DATA`, else the nearest `.runspan` upwards, else `.runspan` beside the nearest `package.json`,
 * else in the working directory. Creates nothing.
 */
export function dataDirectory(
  given?: string,
  environment: NodeJS.ProcessEnv = process.env,
  from?: string,
): DataDirectory {
  const start = from ?? process.cwd()
  if (given !== undefined && given !== '') return { path: resolve(start, given), from: 'option' }
  const named = environment['RUNSPAN_DATA']
  if (named !== undefined && named !== '') return { path: resolve(start, named), from: 'RUNSPAN_DATA' }
  const nearest = upwards(start, NAME)
  if (nearest !== null) return { path: join(nearest, NAME), from: 'nearest .runspan' }
  const project = upwards(start, 'package.json')
  if (project !== null) return { path: join(project, NAME), from: 'beside package.json' }
  return { path: join(start, NAME), from: 'working directory' }
}

/**
 * Makes the data directory and what is missing above it, readable by its owner only. Throws `DIRECTORY_NOT_WRITABLE`.
 * One directory at a time: Node's recursive `mkdir` never returns where a file system denies with ENOENT, as /proc does.
 */
export function makeDataDirectory(path: string): void {
  const missing: string[] = []
  for (let directory = path; !existsSync(directory); directory = dirname(directory)) missing.push(directory)
  try {
    for (const directory of missing.reverse()) mkdirSync(directory, { mode: 0o700 })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return makeDataDirectory(path) // another process was quicker
    throw new InstrumentationError(
      'DIRECTORY_NOT_WRITABLE',
      `The data directory ${path} cannot be made: ${String(error)}. Name another by --data or RUNSPAN_DATA.`,
      error,
    )
  }
}

/** Where segments wait for ClickHouse. */
export function spoolDirectory(dataDir: string): string {
  return join(dataDir, 'spool')
}

/** The nearest directory upwards that holds an entry of this name. */
export function upwards(from: string, name: string): string | null {
  for (let directory = resolve(from); ; directory = dirname(directory)) {
    if (existsSync(join(directory, name))) return directory
    if (dirname(directory) === directory) return null
  }
}
