import { setTimeout as sleep } from 'node:timers/promises'

import { DeliveryQueue, type QueueLimits } from './delivery-queue.ts'
import { DeliveryWorker, type WorkerOptions } from './delivery-worker.ts'
import { deliveryId } from './delivery.ts'
import { storeTarget } from './target-store.ts'
import type { WebhookTarget } from './target.ts'

const FLUSH_SECONDS = 5
const LOOK_EVERY_MS = 20

/** What is to be delivered to one target from one data directory, and the worker that does it. */
export class Outbox {
  private readonly target: WebhookTarget
  private readonly queue: DeliveryQueue
  private readonly worker: DeliveryWorker

  /** Stores the target beside its queue and begins to deliver. Throws `DIRECTORY_NOT_WRITABLE`. */
  constructor(dataDir: string, target: WebhookTarget, options: QueueLimits & WorkerOptions = {}) {
    this.target = target
    this.queue = new DeliveryQueue(dataDir, target.id, options)
    storeTarget(dataDir, target)
    this.worker = new DeliveryWorker(dataDir, target, this.queue, options)
    this.worker.start()
  }

  /** On disk when this returns; sent as soon as may be. The same event again, while it waits, is the same delivery. */
  add(eventId: string, type: string, body: string): void {
    this.queue.add(deliveryId(eventId, this.target.id), type, body)
    this.worker.wake()
  }

  /** Waits until nothing is left to send now, but no longer than so many seconds; true if nothing is. */
  async flush(seconds: number = FLUSH_SECONDS): Promise<boolean> {
    const end = performance.now() + seconds * 1000
    this.worker.wake()
    while (!this.worker.isIdle) {
      if (performance.now() >= end) return false
      await sleep(LOOK_EVERY_MS) // keeps the process alive, as nothing else here does
    }
    return true
  }

  /** Flushes for at most so many seconds; the rest stays on disk. */
  async close(seconds: number = FLUSH_SECONDS): Promise<void> {
    await this.flush(seconds)
    this.worker.stop()
  }
}
