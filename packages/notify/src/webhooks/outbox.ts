import { setTimeout as sleep } from 'node:timers/promises'

import { DeliveryQueue, type QueueLimits } from './delivery-queue.ts'
import { DeliveryWorker, type WorkerOptions } from './delivery-worker.ts'
import { deliveryId } from './delivery.ts'
import { storeTarget } from './target-store.ts'
import type { WebhookTarget } from './target.ts'

const FLUSH_SECONDS = 5
const LOOK_EVERY_MS = 20

/** The deliveries of one target in one data directory, with their worker. */
export class Outbox {
  private readonly target: WebhookTarget
  private readonly queue: DeliveryQueue
  private readonly worker: DeliveryWorker

  /** Stores the target next to its queue and starts to deliver. Throws `DIRECTORY_NOT_WRITABLE`. */
  constructor(dataDir: string, target: WebhookTarget, options: QueueLimits & WorkerOptions = {}) {
    this.target = target
    this.queue = new DeliveryQueue(dataDir, target.id, options)
    storeTarget(dataDir, target)
    this.worker = new DeliveryWorker(dataDir, target, this.queue, options)
    this.worker.start()
  }

  /**
   * Adds a delivery, which is on disk when this returns and sent as soon as possible. A waiting event is not added twice.
   */
  add(eventId: string, type: string, body: string): void {
    this.queue.add(deliveryId(eventId, this.target.id), type, body)
    this.worker.wake()
  }

  /** Waits until nothing can be sent now, at most `seconds`. Returns true if nothing is left. */
  async flush(seconds: number = FLUSH_SECONDS): Promise<boolean> {
    const end = performance.now() + seconds * 1000
    this.worker.wake()
    while (!this.worker.isIdle) {
      if (performance.now() >= end) return false
      await sleep(LOOK_EVERY_MS) // only this timer keeps the process alive
    }
    return true
  }

  /** Flushes for at most `seconds`; the rest stays on disk. */
  async close(seconds: number = FLUSH_SECONDS): Promise<void> {
    await this.flush(seconds)
    this.worker.stop()
  }
}
