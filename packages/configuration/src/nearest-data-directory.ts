import { join } from 'node:path'

import { ConfigurationError } from './errors.ts'
import { presence } from './presence.ts'
import { distrustOfDirectory, type Ignored } from './trust.ts'
import { trusted, upwards } from './upwards.ts'

const NAME = '.runspan'

/**
 * Returns the data directory if none is configured, and the rule that found it: the nearest `.runspan` upwards, else one next
 * to the nearest `package.json`, else one in the working directory. Directories that another user could have filled are added
 * to `ignored` instead. Throws `DIRECTORY_NOT_WRITABLE` if such a directory stands in every place.
 */
export function nearestDataDirectory(
  from: string,
  ignored: Ignored[],
): { readonly path: string; readonly from: string } {
  const isTrusted = trusted(distrustOfDirectory, ignored)
  const nearest = upwards(from, NAME, (path) => !holdsConfigurationOnly(path) && isTrusted(path))
  if (nearest !== null) return { path: join(nearest, NAME), from: 'nearest .runspan' }
  const project = upwards(from, 'package.json')
  if (project !== null && isFree(join(project, NAME))) return { path: join(project, NAME), from: 'beside package.json' }
  if (isFree(join(from, NAME))) return { path: join(from, NAME), from: 'working directory' }
  const path = join(from, NAME)
  throw new ConfigurationError(
    'DIRECTORY_NOT_WRITABLE',
    `The data directory ${path} cannot be used: it ${distrustOfDirectory(path)}. Name another by --data or RUNSPAN_DATA.`,
  )
}

/**
 * Returns whether a data directory can be created or used here. An ignored directory must not be chosen by another rule.
 */
function isFree(path: string): boolean {
  return presence(path) !== true || distrustOfDirectory(path) === null
}

/**
 * Returns whether `~/.runspan` holds only `tracking.yaml`: a file of settings must not move everybody's data to the home
 * directory.
 */
function holdsConfigurationOnly(path: string): boolean {
  return (
    presence(join(path, 'tracking.yaml')) === true &&
    presence(join(path, 'spool')) !== true &&
    presence(join(path, 'server.json')) !== true
  )
}
