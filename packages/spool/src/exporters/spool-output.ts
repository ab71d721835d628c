import type { Spool } from '../spool.ts'
import { SdkSources } from './sdk-source.ts'

/** What all processors and exporters of the SDK share: a spool to write to, which makes flushing and shutting down the same. */
export abstract class SpoolOutput {
  protected readonly spool: Spool
  protected readonly sources: SdkSources = new SdkSources()

  constructor(spool: Spool) {
    this.spool = spool
  }

  /** Everything so far is on disk, and with the sender, when this returns. */
  async forceFlush(): Promise<void> {
    this.spool.rotate()
  }

  async shutdown(): Promise<void> {
    this.spool.rotate()
  }
}
