import { statSync } from 'node:fs'

/**
 * Returns whether something is at a path, links followed; null where this process may not look, as under Node.js' permission model, in
 * which `existsSync` throws up to Node.js 22. Never throws.
 */
export function presence(path: string): boolean | null {
  try {
    return statSync(path, { throwIfNoEntry: false }) !== undefined
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ERR_ACCESS_DENIED' ? null : false
  }
}
