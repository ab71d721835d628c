import { setTimeout as sleep } from 'node:timers/promises'

import { DeliveryQueue } from './delivery-queue.ts'
import { DeliveryWorker } from './delivery-worker.ts'
import { storedTargets } from './target-store.ts'
import type { WebhookTarget } from './target.ts'

const LOOK_EVERY_MS = 20
/** Milliseconds between checks for targets that other processes stored. */
const TARGETS_EVERY_MS = 5000

/**
 * Delivers the queues of a data directory to the targets stored there, for `runspan up` and `runspan webhooks deliver`.
 */
export class StoredDeliveries {
  private readonly dataDir: string
  private readonly workers = new Map<string, { readonly worker: DeliveryWorker; readonly definition: string }>()
  private timer: NodeJS.Timeout | undefined

  constructor(dataDir: string) {
    this.dataDir = dataDir
  }

  /** Starts to deliver, until stopped; does not keep the process alive. */
  start(): void {
    this.updateWorkers()
    this.timer = setInterval(() => this.updateWorkers(), TARGETS_EVERY_MS)
    this.timer.unref()
  }

  /** Waits until nothing can be sent now, at most `seconds`. Returns true if nothing is left. */
  async flush(seconds: number): Promise<boolean> {
    const end = performance.now() + seconds * 1000
    while ([...this.workers.values()].some(({ worker }) => !worker.isIdle)) {
      if (performance.now() >= end) return false
      await sleep(LOOK_EVERY_MS)
    }
    return true
  }

  stop(): void {
    clearInterval(this.timer)
    for (const { worker } of this.workers.values()) worker.stop()
    this.workers.clear()
  }

  private updateWorkers(): void {
    for (const target of storedTargets(this.dataDir)) {
      const definition = JSON.stringify(target)
      const known = this.workers.get(target.id)
      if (known?.definition === definition) continue
      known?.worker.stop()
      this.workers.set(target.id, { worker: this.startWorker(target), definition })
    }
  }

  private startWorker(target: WebhookTarget): DeliveryWorker {
    const worker = new DeliveryWorker(this.dataDir, target, new DeliveryQueue(this.dataDir, target.id))
    worker.start()
    return worker
  }
}
