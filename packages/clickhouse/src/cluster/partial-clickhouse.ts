import { ClickHouse, type ClickHouseOptions, type Parameters } from '../client/client.ts'
import { ClickHouseError } from '../client/errors.ts'
import { partialInWords, shardsAnswering } from './shards.ts'

/**
 * A connection whose queries do without shards that do not answer, and say so: `onPartial` is told in words before the first answer that may lack rows,
 * and again when it is others that are missing. Every query is asked of all shards first, so that no answer is partial unsaid.
 */
export class PartialClickHouse extends ClickHouse {
  private readonly onPartial: (text: string) => void
  private told = ''

  /** Throws `INVALID_URL`. */
  constructor(options: ClickHouseOptions, onPartial: (text: string) => void) {
    super(options)
    this.onPartial = onPartial
  }

  /** As `ClickHouse.query`, without the rows of shards that do not answer. Throws `ClickHouseError`. */
  override async query<Row>(sql: string, parameters?: Parameters, settings: Settings = {}): Promise<Row[]> {
    const partially = { ...settings, skip_unavailable_shards: 1 } as const
    try {
      const rows = await super.query<Row>(sql, parameters, settings)
      // a question that leaves shards out by itself says nothing of whether all are there
      if (settings.skip_unavailable_shards === undefined) this.told = ''
      return rows
    } catch (error) {
      if (!(error instanceof ClickHouseError) || error.code !== 'SHARD_UNREACHABLE') throw error
      await this.tellWhich(error)
      return super.query<Row>(sql, parameters, partially)
    }
  }

  private async tellWhich(error: ClickHouseError): Promise<void> {
    const answering = await shardsAnswering(this)
    const isKnown = answering !== null && answering.missing.length > 0
    const text = isKnown ? partialInWords(answering) : `Partial: ${error.message}`
    if (text !== this.told) this.onPartial(text)
    this.told = text
  }
}

type Settings = NonNullable<globalThis.Parameters<ClickHouse['query']>[2]>
