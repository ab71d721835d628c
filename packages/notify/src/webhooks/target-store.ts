import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

import { makePrivateDirectory, writePrivateFile } from '../private-files.ts'
import { webhooksDirectory } from './delivery-queue.ts'
import { parseTarget, type WebhookTarget } from './target.ts'

/*
 * Targets as other processes find them: URL, headers and secrets, in files of mode 0600. Nothing else that Runspan writes holds a secret.
 */

function targetsDirectory(dataDir: string): string {
  return join(webhooksDirectory(dataDir), 'targets')
}

/** Stores a target so that `runspan up` and `runspan webhooks deliver` can deliver to it. */
export function storeTarget(dataDir: string, target: WebhookTarget): void {
  const directory = targetsDirectory(dataDir)
  makePrivateDirectory(directory)
  const { id, ...definition } = target
  writePrivateFile(directory, `${id}.json`, JSON.stringify(definition))
}

/** All targets stored; a file that is none, or that somebody else's URL was written to, is left out. */
export function storedTargets(dataDir: string): WebhookTarget[] {
  return namesIn(targetsDirectory(dataDir)).flatMap((name) => {
    const id = /^([0-9a-f]{16})\.json$/.exec(name)?.[1]
    const target = id === undefined ? null : readTarget(join(targetsDirectory(dataDir), name))
    return target?.id === id && target !== null ? [target] : []
  })
}

function readTarget(path: string): WebhookTarget | null {
  try {
    return parseTarget(JSON.parse(readFileSync(path, 'utf8')))
  } catch {
    return null // cut by hand, or gone meanwhile
  }
}

/** Names in a directory; none where there is no directory. */
export function namesIn(directory: string): string[] {
  try {
    return readdirSync(directory).sort()
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
    throw error
  }
}
