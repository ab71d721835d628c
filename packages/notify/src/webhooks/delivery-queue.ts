import { join } from 'node:path'

import { log } from '@runspan/spool'

import { type DeliveryFile, DeliveryFolder } from './delivery-folder.ts'
import { type Delivery, dueInMs } from './delivery.ts'

/** How much may wait for one target, and as much again as dead letters. */
export interface QueueLimits {
  /** Default 10,000. */
  readonly maxDeliveries?: number | undefined
  /** Default 64 MB. */
  readonly maxBytes?: number | undefined
}

/** `<dataDir>/webhooks`. */
export function webhooksDirectory(dataDir: string): string {
  return join(dataDir, 'webhooks')
}

/** What waits for one target, on disk: `pending/<target>` and, for what could not be delivered, `dead/<target>`. */
export class DeliveryQueue {
  readonly pending: DeliveryFolder
  readonly dead: DeliveryFolder
  private readonly maxDeliveries: number
  private readonly maxBytes: number
  /** What was added here and may still wait, newest last. */
  private readonly own = new Set<string>()
  private readonly said = new Set<string>()

  /** Throws `DIRECTORY_NOT_WRITABLE`. */
  constructor(dataDir: string, targetId: string, limits: QueueLimits = {}) {
    const directory = webhooksDirectory(dataDir)
    this.pending = new DeliveryFolder(join(directory, 'pending', targetId))
    this.dead = new DeliveryFolder(join(directory, 'dead', targetId))
    this.maxDeliveries = limits.maxDeliveries ?? 10_000
    this.maxBytes = limits.maxBytes ?? 64_000_000
  }

  /** Keeps a delivery; one that waits already is left as it is. Beyond the limits the oldest become dead letters. */
  add(id: string, type: string, body: string, now: number = Date.now()): void {
    this.pending.list()
    if (this.pending.find(id) !== undefined) return
    const bytes = Buffer.byteLength(body)
    while (this.pending.count > 0 && !fits(this.pending, bytes, this)) {
      const [oldest] = this.pending.list()
      if (oldest === undefined) break
      this.bury(oldest, this.pending.read(oldest), 'too many were waiting')
      this.logOnce('webhooks wait for a target that does not take them; the oldest become dead letters')
    }
    this.pending.write({ id, type, enqueuedAt: now, attempts: 0, nextAttemptAt: now, reason: null, answer: null, body })
    this.own.add(id)
    if (this.own.size > this.maxDeliveries) this.own.delete(this.own.values().next().value!)
  }

  /** Whether something that was added here waits to be sent at once, by whichever process. */
  hasOwnDue(): boolean {
    this.pending.list()
    for (const id of this.own) {
      const file = this.pending.find(id)
      const delivery = file === undefined ? null : this.pending.read(file)
      if (delivery === null) this.own.delete(id)
      else if (dueInMs(delivery) === 0) return true
    }
    return false
  }

  /** Makes it a dead letter; the oldest of those go beyond the limits. */
  bury(file: DeliveryFile, delivery: Delivery | null, reason: string, answer: string | null = null): void {
    if (delivery !== null) {
      this.dead.list()
      while (this.dead.count > 0 && !fits(this.dead, file.bytes, this)) {
        this.dead.remove(this.dead.list()[0]!)
        this.logOnce('there are too many dead letters of webhooks; the oldest are removed')
      }
      this.dead.write({ ...delivery, reason, answer })
    }
    this.pending.remove(file)
  }

  /** Puts a dead letter in the queue again, as if it had never been tried. */
  replay(file: DeliveryFile, now: number = Date.now()): boolean {
    const delivery = this.dead.read(file)
    if (delivery !== null)
      this.pending.write({ ...delivery, attempts: 0, nextAttemptAt: now, pauseMs: 0, answer: null })
    this.dead.remove(file)
    return delivery !== null
  }

  private logOnce(text: string): void {
    if (this.said.has(text)) return
    this.said.add(text)
    log('error', `${text}. Said once; \`runspan webhooks\` lists them.`)
  }

  /** Whether so many bytes more are within the limits. */
  holds(count: number, bytes: number): boolean {
    return count <= this.maxDeliveries && bytes <= this.maxBytes
  }
}

function fits(folder: DeliveryFolder, bytes: number, queue: DeliveryQueue): boolean {
  return queue.holds(folder.count + 1, folder.bytes + bytes)
}
