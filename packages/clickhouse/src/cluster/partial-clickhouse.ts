import type { ClickHouseSettings } from '@clickhouse/client'

import { ClickHouse, type ClickHouseOptions, type Parameters } from '../client/client.ts'
import { ClickHouseError } from '../client/errors.ts'
import { partialInWords, shardsAnswering } from './shards.ts'

/** Who goes on asking is reminded. */
const REMIND_MS = 60_000

/**
 * A connection whose queries do without shards that do not answer, and say so: `onPartial` is told in words before the first answer that may lack rows,
 * again when it is others that are missing, and once a minute. Every query is asked of all shards first, so that no answer is partial unsaid.
 */
export class PartialClickHouse extends ClickHouse {
  private readonly onPartial: (text: string) => void
  private told = ''
  private toldAt = -Infinity

  /** Throws `INVALID_URL`. */
  constructor(options: ClickHouseOptions, onPartial: (text: string) => void) {
    super(options)
    this.onPartial = onPartial
  }

  /** As `ClickHouse.query`, without the rows of shards that do not answer. Throws `ClickHouseError`. */
  override async query<Row>(sql: string, parameters?: Parameters, settings: ClickHouseSettings = {}): Promise<Row[]> {
    try {
      return await super.query<Row>(sql, parameters, settings)
    } catch (error) {
      if (!(error instanceof ClickHouseError) || error.code !== 'SHARD_UNREACHABLE') throw error
      await this.reportMissingShards(error)
      return super.query<Row>(sql, parameters, { ...settings, skip_unavailable_shards: 1 })
    }
  }

  private async reportMissingShards(error: ClickHouseError): Promise<void> {
    const answering = await shardsAnswering(this)
    const isKnown = answering !== null && answering.missing.length > 0
    const text = isKnown ? partialInWords(answering) : `Partial: ${error.message}`
    const isNews = text !== this.told || performance.now() - this.toldAt > REMIND_MS
    if (!isNews) return
    this.told = text
    this.toldAt = performance.now()
    this.onPartial(text)
  }
}
