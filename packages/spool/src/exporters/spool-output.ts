import type { Spool } from '../spool.ts'
import { SdkSources } from './sdk-source.ts'

/**
 * Base class of all processors and exporters of the SDK: they share a spool, and so flush and shut down the same way.
 */
export abstract class SpoolOutput {
  protected readonly spool: Spool
  protected readonly sources: SdkSources = new SdkSources()

  constructor(spool: Spool) {
    this.spool = spool
  }

  /** Flushes: all records are on disk, in closed segments for the sender, when this returns. */
  async forceFlush(): Promise<void> {
    this.spool.rotate()
  }

  async shutdown(): Promise<void> {
    this.spool.rotate()
  }
}
