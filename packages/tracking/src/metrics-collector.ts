import type { TaskMetrics } from '@runspan/model'

import { cleanName } from './clean-text.ts'
import { type Beginning, epochMilliseconds, epochMillisecondsSince } from './clock.ts'
import { attributesCpu, CpuShare, forTask } from './cpu-attribution.ts'
import { CustomMetrics } from './custom-metrics.ts'
import { TaskUse } from './task-use.ts'

/**
 * Resources that a piece of work used, from its start to its end. For `cpuScope` and `concurrency` see `TaskMetrics`.
 */
export interface PerformanceMetrics extends TaskMetrics {
  readonly nodeId: string
  readonly startTime: Date
  readonly endTime: Date
  /** Duration in seconds. */
  readonly duration: number
  /** Resident memory at the end, in MB of 10⁶ bytes. */
  readonly memoryMb: number | null
}

/** A running measurement. */
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

  /** Reports a number; at most 64 names. */
  setMetric(name: string, value: number): void {
    if (Number.isNaN(this.#endMilliseconds)) this.#custom.set(name, value, this.nodeId)
  }

  /** Ends the measurement; later calls have no effect. */
  stop(): void {
    if (!Number.isNaN(this.#endMilliseconds)) return
    this.#endMilliseconds = epochMillisecondsSince(this.#start)
    this.#use.finish()
  }

  [Symbol.dispose](): void {
    this.stop()
  }

  /** Returns the resources used; ends the measurement if it is still running. */
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

/**
 * Measures pieces of work that are not tasks of a run. Records nothing; the caller gets the numbers.
 *
 * @example
 * const metrics = await new MetricsCollector().collect('parse', async (measurement) => {
 *   measurement.setMetric('rows', await parseFile(path))
 * })
 * console.log(metrics.duration, metrics.cpuPercent, metrics.memoryMb)
 */
export class MetricsCollector {
  /**
   * Measures a function and everything it awaits. An error of the function is passed through; `measurement.result()` then has
   * the resources used up to it. Throws `TrackingError` `INVALID_NAME`.
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

  /**
   * Starts a measurement that lasts until `stop()`, `result()`, or the end of the scope:
   * `using measurement = collector.start('parse')`. Throws `TrackingError` `INVALID_NAME`.
   */
  start(nodeId: string): Measurement {
    return new Measurement(nodeId, null)
  }
}
