import { existsSync } from 'node:fs'
import { join } from 'node:path'

import { NotifyError } from '../errors.ts'
import type { DeliveryFile } from './delivery-folder.ts'
import { DeliveryQueue, webhooksDirectory } from './delivery-queue.ts'
import type { Delivery } from './delivery.ts'
import { namesIn, storedTargets } from './target-store.ts'
import { shownUrl } from './target.ts'

/** A delivery that waits or was given up. Times are ISO 8601 in UTC. */
export interface DeliveryInfo {
  readonly id: string
  readonly state: 'pending' | 'dead'
  /** Type of the event. */
  readonly type: string
  /** The target's URL without secrets, or its id if the URL is unknown. */
  readonly target: string
  readonly enqueuedAt: string
  readonly attempts: number
  /** Null for dead letters. */
  readonly nextAttemptAt: string | null
  readonly reason: string | null
  /** First kilobyte of the last answer; only for a dead letter. */
  readonly answer: string | null
}

/** Returns all deliveries of a data directory, by target, oldest first. */
export function listDeliveries(dataDir: string): DeliveryInfo[] {
  const urls = new Map(storedTargets(dataDir).map(({ id, url }) => [id, shownUrl(url)]))
  return queues(dataDir).flatMap(({ targetId, queue }) =>
    (['pending', 'dead'] as const).flatMap((state) =>
      queue[state].list().flatMap((file) => {
        const delivery = queue[state].read(file)
        return delivery === null ? [] : [info(delivery, state, urls.get(targetId) ?? targetId)]
      }),
    ),
  )
}

function info(delivery: Delivery, state: 'pending' | 'dead', target: string): DeliveryInfo {
  const { id, type, enqueuedAt, attempts, nextAttemptAt, reason, answer } = delivery
  return {
    id,
    state,
    type,
    target,
    enqueuedAt: new Date(enqueuedAt).toISOString(),
    attempts,
    nextAttemptAt: state === 'pending' ? new Date(nextAttemptAt).toISOString() : null,
    reason,
    answer: state === 'dead' ? answer : null,
  }
}

/**
 * Moves dead letters, all or those with these ids, back to their queues with the same ids. Returns how many.
 * Throws `DELIVERY_NOT_FOUND`.
 */
export function replayDeliveries(dataDir: string, ids: readonly string[] | 'all'): number {
  return deadLetters(dataDir, ids).filter(({ queue, file }) => queue.replay(file)).length
}

/** Deletes dead letters permanently. Returns how many. Throws `DELIVERY_NOT_FOUND`. */
export function removeDeliveries(dataDir: string, ids: readonly string[] | 'all'): number {
  const found = deadLetters(dataDir, ids)
  for (const { queue, file } of found) queue.dead.remove(file)
  return found.length
}

function deadLetters(dataDir: string, ids: readonly string[] | 'all'): { queue: DeliveryQueue; file: DeliveryFile }[] {
  const all = queues(dataDir).flatMap(({ queue }) => [...queue.dead.list()].map((file) => ({ queue, file })))
  if (ids === 'all') return all
  return ids.map((id) => {
    const found = all.filter(({ file }) => id !== '' && file.id.startsWith(id))
    if (found.length === 1) return found[0]!
    const why = found.length === 0 ? 'There is no dead letter' : 'Several dead letters begin with'
    throw new NotifyError('DELIVERY_NOT_FOUND', `${why} "${id.slice(0, 60)}". \`runspan webhooks\` lists them.`)
  })
}

function queues(dataDir: string): { targetId: string; queue: DeliveryQueue }[] {
  const directory = webhooksDirectory(dataDir)
  const ids = new Set(['pending', 'dead'].flatMap((state) => namesIn(join(directory, state))))
  return [...ids]
    .filter((id) => /^[0-9a-f]{16}$/.test(id) && existsSync(directory))
    .map((targetId) => ({ targetId, queue: new DeliveryQueue(dataDir, targetId) }))
}
