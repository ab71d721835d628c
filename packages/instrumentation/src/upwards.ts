import { existsSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'

/** The nearest directory upwards that holds an entry of this name and, if asked, passes; null if there is none. */
export function upwards(from: string, name: string, passes: (path: string) => boolean = () => true): string | null {
  for (let directory = resolve(from); ; directory = dirname(directory)) {
    const path = join(directory, name)
    if (existsSync(path) && passes(path)) return directory
    if (dirname(directory) === directory) return null
  }
}
