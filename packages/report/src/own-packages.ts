import { fileURLToPath } from 'node:url'

/**
 * Folder of Runspan's packages in a clone of its repository: frames below it are not the user's. Null if they are installed.
 */
export const OWN_PACKAGES: string | null = siblings(fileURLToPath(import.meta.url).replaceAll('\\', '/'))

function siblings(here: string): string | null {
  const at = here.lastIndexOf('/packages/report/')
  return at < 0 ? null : `${here.slice(0, at)}/packages/`
}
