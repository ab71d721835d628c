import { setMaxListeners } from 'node:events'
import { Readable } from 'node:stream'

import type { ClickHouseClient, ClickHouseClientConfigOptions, ClickHouseSettings } from '@clickhouse/client'
import { context } from '@opentelemetry/api'
import type { TelemetryTable } from '@runspan/spool'

import { ClickHouseError, toClickHouseError } from './errors.ts'
import { toInsertError } from './insert-outcome.ts'
import { core, driver } from './libraries.ts'

export interface ClickHouseOptions {
  /** `http://user:password@host:8123/database`; user, password and database may be given apart. */
  readonly url: string
  readonly user?: string
  readonly password?: string
  readonly database?: string
  /** Seconds to wait for an answer. Default 60. */
  readonly timeoutSeconds?: number
}

export interface InsertOptions {
  /** Stores the rows even where a materialized view fails; that view then lacks them. */
  readonly skipFailingViews?: boolean
}

const DELIVERED_UNTIL_NAME = 'deliveredUntil'

/** Parameter that every query may name: seconds since 1970 up to which what was recorded has been delivered, 0 for up to now. */
export const DELIVERED_UNTIL: string = `{${DELIVERED_UNTIL_NAME}:Float64}`

/** Values bound to `{name:Type}` in a query. */
export type Parameters = Readonly<Record<string, unknown>>

/** A connection to ClickHouse over HTTP. Our own requests are never traced. */
export class ClickHouse {
  /** Host and port, for messages. */
  readonly address: string
  readonly database: string
  private readonly options: ClickHouseOptions
  private readonly configuration: ClickHouseClientConfigOptions
  private readonly client: ClickHouseClient
  private readonly ended = new AbortController()
  /**
   * Says up to when what was recorded has been delivered, where something still waits on disk; null when nothing does. Questions that tell silence from life count it
   * up to then: a sign of life that waits is none that is missing. Set by who knows a spool; else up to now.
   */
  deliveredUntil: () => Date | null = () => null
  /** Over a cluster a subquery means the rows of all shards. */
  private overAllShards: ClickHouseSettings = { distributed_product_mode: 'global' }

  /** Throws `INVALID_URL`. */
  constructor(options: ClickHouseOptions) {
    this.options = options
    const url = parseUrl(options.url)
    const { ClickHouseLogLevel, createClient } = driver()
    this.address = url.host
    this.database = options.database ?? (decodeURIComponent(url.pathname.slice(1)) || 'default')
    this.configuration = {
      url: url.origin,
      username: options.user ?? (decodeURIComponent(url.username) || 'default'),
      password: options.password ?? decodeURIComponent(url.password),
      database: this.database,
      application: 'runspan',
      request_timeout: (options.timeoutSeconds ?? 60) * 1000,
      max_open_connections: 8,
      keep_alive: { enabled: true, idle_socket_ttl: 2000 },
      compression: { request: false, response: false },
      log: { level: ClickHouseLogLevel.OFF }, // errors reach the caller
    }
    this.client = createClient(this.configuration)
    setMaxListeners(0, this.ended.signal) // one a request under way
  }

  /** Rows of a query. Values are bound, never part of the text. Throws `ClickHouseError`. */
  async query<Row>(sql: string, parameters: Parameters = {}, settings: ClickHouseSettings = {}): Promise<Row[]> {
    try {
      return await this.ask(sql, parameters, settings)
    } catch (error) {
      if (!isRefusedSetting(error)) throw error
      // a user that may change no setting: over a cluster its profile has to say it
      this.overAllShards = {}
      return this.ask(sql, parameters, settings)
    }
  }

  private withDelivered(sql: string, parameters: Parameters): Record<string, unknown> {
    if (!sql.includes(DELIVERED_UNTIL)) return { ...parameters }
    return { [DELIVERED_UNTIL_NAME]: (this.deliveredUntil()?.getTime() ?? 0) / 1000, ...parameters }
  }

  private ask<Row>(sql: string, parameters: Parameters, settings: ClickHouseSettings): Promise<Row[]> {
    return this.untraced(async () => {
      const result = await this.client.query({
        query: sql,
        format: 'JSONEachRow',
        query_params: this.withDelivered(sql, parameters),
        abort_signal: this.ended.signal,
        clickhouse_settings: { output_format_json_quote_64bit_integers: 0, ...this.overAllShards, ...settings },
      })
      return result.json<Row>()
    })
  }

  /** Runs a statement that returns nothing. Throws `ClickHouseError`. */
  async command(sql: string, parameters: Parameters = {}, settings: ClickHouseSettings = {}): Promise<void> {
    await this.untraced(() =>
      this.client.command({
        query: sql,
        query_params: this.withDelivered(sql, parameters),
        abort_signal: this.ended.signal,
        clickhouse_settings: settings,
      }),
    )
  }

  /**
   * Inserts Native blocks, sent one after another, as one insert. The same token again stores nothing new where the table keeps a
   * deduplication window. Throws `SpoolError`, which says what the sender of a spool does next; its `cause` is the `ClickHouseError`.
   */
  async insertNative(
    table: TelemetryTable,
    blocks: readonly Uint8Array[],
    token: string,
    { skipFailingViews = false }: InsertOptions = {},
  ): Promise<void> {
    const insert = this.untraced(async () => {
      const { stream } = await this.client.exec({
        query: `INSERT INTO ${table} FORMAT Native`,
        values: Readable.from(blocks, { objectMode: false }),
        abort_signal: this.ended.signal,
        clickhouse_settings: {
          ...INSERT_SETTINGS,
          insert_deduplication_token: token,
          ...(skipFailingViews ? { materialized_views_ignore_errors: 1 } : {}),
        },
      })
      // an insert has nothing to say; what comes after all is an error that arose when the status was sent already
      let answer = ''
      for await (const chunk of stream) if (answer.length < 2000) answer += String(chunk)
      if (answer !== '') {
        throw new ClickHouseError(
          'QUERY_FAILED',
          `ClickHouse at ${this.address} failed after it began to answer: ${answer}`,
        )
      }
    })
    await insert.catch((error: unknown) => {
      throw toInsertError(toClickHouseError(error, this.address))
    })
  }

  /** Another connection, to another database of the same server. */
  inDatabase(database: string): ClickHouse {
    return new ClickHouse({ ...this.options, database })
  }

  /** Creates the database of this connection. Throws `ClickHouseError`. */
  async createDatabase(): Promise<void> {
    // a connection whose database is missing is refused whatever it asks, so this goes through another one
    const elsewhere = this.inDatabase('default')
    try {
      await elsewhere.command('CREATE DATABASE IF NOT EXISTS {name:Identifier}', { name: this.database })
    } finally {
      await elsewhere.close()
    }
  }

  /** Whether the server answers at all. */
  async ping(): Promise<boolean> {
    const { success } = await this.client.ping()
    return success
  }

  /** Ends what is under way, too: that throws `ClickHouseError`. */
  async close(): Promise<void> {
    this.ended.abort()
    await this.client.close()
  }

  private untraced<T>(work: () => Promise<T>): Promise<T> {
    return context.with(core().suppressTracing(context.active()), async () => {
      try {
        this.ended.signal.throwIfAborted() // a signal that has fired already ends nothing
        return await work()
      } catch (error) {
        throw toClickHouseError(error, this.address)
      }
    })
  }
}

/** Whether the server refused what this connection adds to a query. */
function isRefusedSetting(error: unknown): boolean {
  return (
    error instanceof ClickHouseError &&
    /Cannot modify '?distributed_product_mode|distributed_product_mode should not/i.test(error.message)
  )
}

const INSERT_SETTINGS: ClickHouseSettings = {
  // over a cluster: acknowledged when the shards have the rows, not when this server means to send them
  distributed_foreground_insert: 1,
  async_insert: 0,
  insert_deduplicate: 1,
  deduplicate_blocks_in_dependent_materialized_views: 1,
  // blocks sent one after another become one part a partition
  max_insert_block_size: '1048576',
  min_insert_block_size_rows: '1048576',
  min_insert_block_size_bytes: '536870912',
  // what would be done again at the next merge waits for it: a third of the work of an insert. Until then readers scan where an index would
  // have helped, and FINAL removes the doubled rows
  materialize_skip_indexes_on_insert: 0,
  optimize_on_insert: 0,
  parallel_view_processing: 1,
  // older installations lack columns that newer ones have
  input_format_skip_unknown_fields: 1,
}

function parseUrl(text: string): URL {
  let url: URL
  try {
    url = new URL(text)
  } catch (error) {
    throw new ClickHouseError(
      'INVALID_URL',
      'The ClickHouse URL cannot be read. Expected: http://user:password@host:8123/database',
      {
        cause: error,
      },
    )
  }
  if (url.protocol !== 'http:' && url.protocol !== 'https:') {
    throw new ClickHouseError(
      'INVALID_URL',
      `The ClickHouse URL begins with ${url.protocol}//; the HTTP interface is needed: http://… or https://… (port 8123 or 8443).`,
    )
  }
  return url
}
