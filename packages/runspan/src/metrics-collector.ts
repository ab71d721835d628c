import { startCounting } from '@runspan/instrumentation'
import { MetricsCollector as Collector } from '@runspan/tracking'

/**
 * Measures pieces of work that are no tasks of a run: nothing is recorded, the numbers are yours. Network bytes and CPU time of child processes are
 * counted in this process from the first collector on; connections that were open before are not seen.
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
