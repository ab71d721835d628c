import { join } from 'node:path'

import { log } from '@runspan/spool'

import { type DeliveryFile, DeliveryFolder } from './delivery-folder.ts'
import { type Delivery, dueInMs } from './delivery.ts'

/** Limits of the queue for one target, and separately of its dead letters. */
export interface QueueLimits {
  /** Maximum deliveries. Default 10,000. */
  readonly maxDeliveries?: number | undefined
  /** Maximum bytes. Default 64 MB. */
  readonly maxBytes?: number | undefined
}

/** Returns `<dataDir>/webhooks`. */
export function webhooksDirectory(dataDir: string): string {
  return join(dataDir, 'webhooks')
}

/** Queue of one target, on disk: `pending/<target>`, and `dead/<target>` for undeliverable ones. */
export class DeliveryQueue {
  readonly pending: DeliveryFolder
  readonly dead: DeliveryFolder
  private readonly maxDeliveries: number
  private readonly maxBytes: number
  /** Ids that were added by this process and may still wait, newest last. */
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

  /** Stores a delivery, unless it waits already. Beyond the limits the oldest become dead letters. */
  add(id: string, type: string, body: string, now: number = Date.now()): void {
    this.pending.list()
    if (this.pending.find(id) !== undefined) return
    const bytes = Buffer.byteLength(body)
    while (this.pending.count > 0 && !fits(this.pending, bytes, this)) {
      const [oldest] = this.pending.list()
      if (oldest === undefined) break
      this.bury(oldest, this.pending.read(oldest), 'too many were waiting')
      this.logOnce('too many webhooks wait for a target; the oldest become dead letters')
    }
    this.pending.write({ id, type, enqueuedAt: now, attempts: 0, nextAttemptAt: now, reason: null, answer: null, body })
    this.own.add(id)
    if (this.own.size > this.maxDeliveries) this.own.delete(this.own.values().next().value!)
  }

  /** Returns whether a delivery added here is due, whichever process sends it. */
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

  /** Makes a delivery a dead letter; beyond the limits the oldest dead letters are deleted. */
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

  /** Moves a dead letter back to the queue, with its attempts reset. */
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
    log('error', `${text}. Logged once; \`runspan webhooks\` lists them.`)
  }

  /** Returns whether the queue has space for this many more deliveries and bytes. */
  holds(count: number, bytes: number): boolean {
    return count <= this.maxDeliveries && bytes <= this.maxBytes
  }
}

function fits(folder: DeliveryFolder, bytes: number, queue: DeliveryQueue): boolean {
  return queue.holds(folder.count + 1, folder.bytes + bytes)
}
