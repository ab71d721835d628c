import { startCounting } from '@runspan/instrumentation'
import { MetricsCollector as Collector } from '@runspan/tracking'

/**
 * Measures pieces of work that are not tasks of a run. Records nothing; the caller gets the numbers. Network bytes and CPU
 * time of child processes are counted from the first collector on; connections that were open before are not counted.
 *
 * @example
 * const collector = new MetricsCollector()
 * const { duration, cpuPercent, memoryMb } = await collector.collect('parse', () => parse(file))
 */
export class MetricsCollector extends Collector {
  constructor() {
    super()
    startCounting()
  }
}
