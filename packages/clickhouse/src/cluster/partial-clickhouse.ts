import { ClickHouse, type ClickHouseOptions, type Parameters } from '../client/client.ts'
import { ClickHouseError } from '../client/errors.ts'
import { partialInWords, shardsAnswering } from './shards.ts'

/** How long a shard that did not answer is left out before it is asked again. */
const LEFT_OUT_MS = 10_000

/**
 * A connection whose queries do without shards that do not answer, and say so: `onPartial` is told in words before the first answer that may lack rows,
 * and again when other shards are missing. Every query is asked of all shards first.
 */
export class PartialClickHouse extends ClickHouse {
  private readonly onPartial: (text: string) => void
  private leftOutUntil = 0
  private told = ''

  /** Throws `INVALID_URL`. */
  constructor(options: ClickHouseOptions, onPartial: (text: string) => void) {
    super(options)
    this.onPartial = onPartial
  }

  /** As `ClickHouse.query`, without the rows of shards that do not answer. Throws `ClickHouseError`. */
  override async query<Row>(sql: string, parameters?: Parameters, settings: Settings = {}): Promise<Row[]> {
    if (Date.now() >= this.leftOutUntil) {
      try {
        const rows = await super.query<Row>(sql, parameters, settings)
        this.told = ''
        return rows
      } catch (error) {
        if (!(error instanceof ClickHouseError) || error.code !== 'SHARD_UNREACHABLE') throw error
        await this.tellWhich(error)
      }
    }
    return super.query<Row>(sql, parameters, { ...settings, skip_unavailable_shards: 1 })
  }

  private async tellWhich(error: ClickHouseError): Promise<void> {
    this.leftOutUntil = Date.now() + LEFT_OUT_MS
    const answering = await shardsAnswering(this)
    const isKnown = answering !== null && answering.missing.length > 0
    const text = isKnown ? partialInWords(answering) : `Partial: ${error.message}`
    if (text !== this.told) this.onPartial(text)
    this.told = text
  }
}

type Settings = NonNullable<globalThis.Parameters<ClickHouse['query']>[2]>
