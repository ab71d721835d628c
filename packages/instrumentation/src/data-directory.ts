import { existsSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'

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
