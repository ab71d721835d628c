import type { TaskMetrics } from '@runspan/model'

import { cleanName } from './clean-text.ts'
import { type Beginning, epochMilliseconds, epochMillisecondsSince } from './clock.ts'
import { attributesCpu, CpuShare, forTask } from './cpu-attribution.ts'
import { CustomMetrics } from './custom-metrics.ts'
import { TaskUse } from './task-use.ts'

/** What a piece of work used, from its start to its end. Whose CPU time it is and how much ran at once: see `TaskMetrics`. */
export interface PerformanceMetrics extends TaskMetrics {
  readonly nodeId: string
  readonly startTime: Date
  readonly endTime: Date
  /** Seconds. */
  readonly duration: number
  /** Resident memory at the end, in MB of 10⁶ bytes. */
  readonly memoryMb: number | null
}

/** A measurement under way. */
export class Measurement implements Disposable {
  readonly nodeId: string
  readonly #start: Beginning = { startMilliseconds: epochMilliseconds(), startedAt: performance.now() }
  readonly #use: TaskUse
  readonly #custom: CustomMetrics = new CustomMetrics()
  #endMilliseconds = Number.NaN

  constructor(nodeId: string, share: CpuShare | null) {
    this.nodeId = cleanName(nodeId, 'node id')
    this.#use = new TaskUse(share)
  }

  /** Reports a number of your own; at most 64 names. */
  setMetric(name: string, value: number): void {
    if (Number.isNaN(this.#endMilliseconds)) this.#custom.set(name, value, this.nodeId)
  }

  /** Ends it; the first end counts. */
  stop(): void {
    if (!Number.isNaN(this.#endMilliseconds)) return
    this.#endMilliseconds = epochMillisecondsSince(this.#start)
    this.#use.finish()
  }

  [Symbol.dispose](): void {
    this.stop()
  }

  /** What was used; ends it if need be. */
  result(): PerformanceMetrics {
    this.stop()
    const duration = Math.max(0, this.#endMilliseconds - this.#start.startMilliseconds) / 1000
    const metrics = this.#use.toMetrics(duration, { ...this.#custom.values })
    return {
      nodeId: this.nodeId,
      startTime: new Date(this.#start.startMilliseconds),
      endTime: new Date(this.#endMilliseconds),
      duration,
      memoryMb: metrics.memoryBytes === null ? null : metrics.memoryBytes / 1e6,
      ...metrics,
    }
  }
}

/** Measures pieces of work that are no tasks of a run: nothing is recorded, the numbers are yours. */
export class MetricsCollector {
  /**
   * Measures a function, and all it awaits; an error it throws comes through, and what was used up to it is in `measurement.result()`.
   * Throws `TrackingError` `INVALID_NAME`.
   */
  async collect(nodeId: string, body: (measurement: Measurement) => unknown): Promise<PerformanceMetrics> {
    const share = attributesCpu() ? new CpuShare() : null
    const measurement = new Measurement(nodeId, share)
    try {
      await (share === null ? body(measurement) : forTask(share, () => body(measurement)))
    } finally {
      measurement.stop()
    }
    return measurement.result()
  }

  /** Begins to measure until `stop()`, `result()`, or the end of the scope: `using measurement = collector.start('parse')`. Throws `TrackingError` `INVALID_NAME`. */
  start(nodeId: string): Measurement {
    return new Measurement(nodeId, null)
  }
}
