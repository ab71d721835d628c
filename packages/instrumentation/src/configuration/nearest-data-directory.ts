import { existsSync } from 'node:fs'
import { join } from 'node:path'

import { upwards } from '../upwards.ts'

const NAME = '.runspan'

/** The data directory where none is configured, and which rule found it: the nearest `.runspan` upwards, else one beside the nearest `package.json`, else one here. */
export function nearestDataDirectory(from: string): { readonly path: string; readonly from: string } {
  const nearest = upwards(from, NAME, (path) => !holdsConfigurationOnly(path))
  if (nearest !== null) return { path: join(nearest, NAME), from: 'nearest .runspan' }
  const project = upwards(from, 'package.json')
  if (project !== null) return { path: join(project, NAME), from: 'beside package.json' }
  return { path: join(from, NAME), from: 'working directory' }
}

/** `~/.runspan` may be there for `tracking.yaml` alone: a file of settings must not move everybody's data home. */
function holdsConfigurationOnly(path: string): boolean {
  return (
    existsSync(join(path, 'tracking.yaml')) &&
    !existsSync(join(path, 'spool')) &&
    !existsSync(join(path, 'server.json'))
  )
}
