import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

import { makePrivateDirectory, writePrivateFile } from '../private-files.ts'
import { webhooksDirectory } from './delivery-queue.ts'
import { parseTarget, type WebhookTarget } from './target.ts'

/*
 * Returns the directory of targets for other processes: URL, headers and secrets in files of mode 0600. No other Runspan file
 * holds secrets.
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

/** Returns all stored targets, without invalid files and files whose name does not match their URL. */
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
    return null // edited by hand, or deleted meanwhile
  }
}

/** Returns the names in a directory; an empty list if there is no directory. */
export function namesIn(directory: string): string[] {
  try {
    return readdirSync(directory).sort()
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
    throw error
  }
}
