import { dirname, join, resolve } from 'node:path'

import { presence } from './presence.ts'
import type { Ignored } from './trust.ts'

/**
 * Returns the nearest directory upwards that contains an entry of this name and passes the test; null if there is none.
 */
export function upwards(from: string, name: string, passes: (path: string) => boolean = () => true): string | null {
  for (let directory = resolve(from); ; directory = dirname(directory)) {
    const path = join(directory, name)
    if (presence(path) === true && passes(path)) return directory
    if (dirname(directory) === directory) return null
  }
}

/** Returns a test for `upwards` that passes usable entries, and adds the others, with the reason, to `ignored`. */
export function trusted(distrust: (path: string) => string | null, ignored: Ignored[]): (path: string) => boolean {
  return (path) => {
    const reason = distrust(path)
    if (reason !== null) ignored.push({ path, reason })
    return reason === null
  }
}
