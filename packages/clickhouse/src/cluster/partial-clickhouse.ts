import type { ClickHouseSettings } from '@clickhouse/client'

import { ClickHouse, type ClickHouseOptions, type Parameters } from '../client/client.ts'
import { ClickHouseError } from '../client/errors.ts'
import { partialInWords, shardsAnswering } from './shards.ts'

/** Milliseconds between reminders of partial answers. */
const REMIND_MS = 60_000

/**
 * A connection whose queries skip shards that do not respond. `onPartial` is called with a message before the first answer
 * that may lack rows, again if other shards are missing, and once a minute. Every query first pings all shards, so that no
 * answer is partial without a message.
 *
 * @example
 * const clickhouse = new PartialClickHouse({ url }, (text) => console.error(text))
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

  /** Same as `ClickHouse.query`, without the rows of shards that do not respond. Throws `ClickHouseError`. */
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
