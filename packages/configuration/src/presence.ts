import { statSync } from 'node:fs'

/**
 * Returns whether a path exists, links followed; null if this process may not look, as under Node.js' permission model, where
 * `existsSync` throws up to Node.js 22. Never throws.
 */
export function presence(path: string): boolean | null {
  try {
    return statSync(path, { throwIfNoEntry: false }) !== undefined
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ERR_ACCESS_DENIED' ? null : false
  }
}
