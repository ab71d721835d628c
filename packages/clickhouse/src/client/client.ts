import { setMaxListeners } from 'node:events'
import { Readable } from 'node:stream'

import type { ClickHouseClient, ClickHouseClientConfigOptions, ClickHouseSettings } from '@clickhouse/client'
import { context } from '@opentelemetry/api'
import type { TelemetryTable } from '@runspan/spool'

import { ClickHouseError, toClickHouseError } from './errors.ts'
import { toInsertError } from './insert-outcome.ts'
import { core, driver } from './libraries.ts'
import { checkRows, type Columns, type Query, type RowWith, type Statement } from './query.ts'

export interface ClickHouseOptions {
  /** `http://user:password@host:8123/database`; user, password and database may also be given separately. */
  readonly url: string
  readonly user?: string
  readonly password?: string
  readonly database?: string
  /** Seconds to wait for an answer. Default 60. */
  readonly timeoutSeconds?: number
}

export interface InsertOptions {
  /** Stores the rows even if a materialized view fails; that view then lacks them. */
  readonly skipFailingViews?: boolean
}

const DELIVERED_UNTIL_NAME = 'deliveredUntil'

/**
 * Parameter that every query may use: seconds since 1970 up to which recorded data has been delivered; 0 for up to now.
 */
export const DELIVERED_UNTIL: string = `{${DELIVERED_UNTIL_NAME}:Float64}`

/** Values bound to `{name:Type}` in a query. */
export type Parameters = Readonly<Record<string, unknown>>

/**
 * A connection to ClickHouse over HTTP. Its own requests are never traced.
 *
 * @example
 * const clickhouse = new ClickHouse({ url: 'http://user:password@localhost:8123/runspan' })
 * const rows = await clickhouse.query('SELECT run_id FROM workflow_runs LIMIT {limit:UInt32}', { limit: 10 })
 * await clickhouse.close()
 */
export class ClickHouse {
  /** Host and port, for messages. */
  readonly address: string
  readonly database: string
  private readonly options: ClickHouseOptions
  private readonly configuration: ClickHouseClientConfigOptions
  private readonly client: ClickHouseClient
  private readonly ended = new AbortController()
  /**
   * Returns the time up to which recorded data has been delivered, if some still waits on disk; null if none waits. Questions
   * count silence only up to this time, because a heartbeat that waits on disk is not missing. Set by code that knows a
   * spool; otherwise up to now.
   */
  deliveredUntil: () => Date | null = () => null
  /** Optional settings that this user may not set; they are left out from then on. */
  private readonly refused = new Set<string>()

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
      log: { level: ClickHouseLogLevel.OFF }, // callers receive the errors
    }
    this.client = createClient(this.configuration)
    setMaxListeners(0, this.ended.signal) // one listener for each running request
  }

  /** Returns the rows of one of our queries. Values are bound, never part of the text. Throws `ClickHouseError`. */
  async ask<C extends Columns>(query: Query<C>, parameters: Parameters = {}): Promise<RowWith<C>[]> {
    const { name, sql, settings } = query
    const rows = await this.query<RowWith<C>>(sql, parameters, { log_comment: name, ...settings })
    await checkRows(query, rows)
    return rows
  }

  /** Runs one of our statements that returns nothing. Throws `ClickHouseError`. */
  async tell({ name, sql, settings }: Statement, parameters: Parameters = {}): Promise<void> {
    await this.command(sql, parameters, { log_comment: name, ...settings })
  }

  /**
   * Returns the rows of the caller's SQL; the caller states their type `Row`, which is not checked. Throws `ClickHouseError`.
   */
  async query<Row>(sql: string, parameters: Parameters = {}, settings: ClickHouseSettings = {}): Promise<Row[]> {
    // over a cluster a subquery means the rows of all shards
    return this.withPermitted({ distributed_product_mode: 'global', ...settings }, async (permitted) => {
      const result = await this.client.query({
        query: sql,
        format: 'JSONEachRow',
        query_params: this.withDelivered(sql, parameters),
        abort_signal: this.ended.signal,
        clickhouse_settings: { output_format_json_quote_64bit_integers: 0, ...permitted },
      })
      return result.json<Row>()
    })
  }

  /** Runs a caller's statement. Throws `ClickHouseError`. */
  async command(sql: string, parameters: Parameters = {}, settings: ClickHouseSettings = {}): Promise<void> {
    await this.withPermitted(settings, (permitted) =>
      this.client.command({
        query: sql,
        query_params: this.withDelivered(sql, parameters),
        abort_signal: this.ended.signal,
        clickhouse_settings: permitted,
      }),
    )
  }

  private withDelivered(sql: string, parameters: Parameters): Record<string, unknown> {
    if (!sql.includes(DELIVERED_UNTIL)) return { ...parameters }
    return { [DELIVERED_UNTIL_NAME]: (this.deliveredUntil()?.getTime() ?? 0) / 1000, ...parameters }
  }

  /**
   * Retries without optional settings that this user may not set: nothing was done when they are refused. Over a cluster the
   * user's profile must then set `distributed_product_mode`.
   */
  private async withPermitted<T>(
    settings: ClickHouseSettings,
    work: (permitted: ClickHouseSettings) => Promise<T>,
  ): Promise<T> {
    const permitted = Object.fromEntries(Object.entries(settings).filter(([name]) => !this.refused.has(name)))
    try {
      return await this.untraced(() => work(permitted))
    } catch (error) {
      const name = refusedSetting(error)
      if (name === null || !(name in permitted)) throw error
      this.refused.add(name)
      return this.withPermitted(settings, work)
    }
  }

  /**
   * Inserts Native blocks, sent one after another, as one insert. The same token again stores nothing new if the table has a
   * deduplication window. Throws `SpoolError`, which says what the sender of a spool does next; its `cause` is the
   * `ClickHouseError`.
   */
  async insertNative(
    table: TelemetryTable,
    blocks: readonly Uint8Array[],
    token: string,
    { skipFailingViews = false }: InsertOptions = {},
  ): Promise<void> {
    const settings: ClickHouseSettings = {
      ...INSERT_SETTINGS,
      log_comment: `spool ${table}`,
      insert_deduplication_token: token,
      ...(skipFailingViews ? { materialized_views_ignore_errors: 1 } : {}),
    }
    const insert = this.withPermitted(settings, async (permitted) => {
      const { stream } = await this.client.exec({
        query: `INSERT INTO ${table} FORMAT Native`,
        values: Readable.from(blocks, { objectMode: false }),
        abort_signal: this.ended.signal,
        clickhouse_settings: permitted,
      })
      // an insert returns nothing; any text is an error that arose after the status was sent
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

  /** Returns another connection, to another database of the same server. */
  inDatabase(database: string): ClickHouse {
    return new ClickHouse({ ...this.options, database })
  }

  /** Creates the database of this connection. Throws `ClickHouseError`. */
  async createDatabase(): Promise<void> {
    // a connection to a missing database is refused for any statement, so this uses another one
    const elsewhere = this.inDatabase('default')
    try {
      const sql = 'CREATE DATABASE IF NOT EXISTS {name:Identifier}'
      await elsewhere.tell({ name: 'schema apply/database', sql }, { name: this.database })
    } finally {
      await elsewhere.close()
    }
  }

  /** Returns whether the server answers. */
  async ping(): Promise<boolean> {
    const { success } = await this.client.ping()
    return success
  }

  /** Closes the connection and ends running requests, which throw `ClickHouseError`. */
  async close(): Promise<void> {
    this.ended.abort()
    await this.client.close()
  }

  private untraced<T>(work: () => Promise<T>): Promise<T> {
    return context.with(core().suppressTracing(context.active()), async () => {
      try {
        this.ended.signal.throwIfAborted() // a signal that has already fired ends nothing
        return await work()
      } catch (error) {
        throw toClickHouseError(error, this.address)
      }
    })
  }
}

/** Returns the optional setting that the server refused; null if it refused none of them. */
function refusedSetting(error: unknown): string | null {
  if (!(error instanceof ClickHouseError)) return null
  const match =
    /Cannot modify '?(distributed_product_mode|log_comment)|(distributed_product_mode|log_comment) should not/i
  const [, name, other] = match.exec(error.message) ?? []
  return name ?? other ?? null
}

const INSERT_SETTINGS: ClickHouseSettings = {
  // over a cluster: acknowledged when the shards have the rows, not when this server has queued them
  distributed_foreground_insert: 1,
  async_insert: 0,
  insert_deduplicate: 1,
  deduplicate_blocks_in_dependent_materialized_views: 1,
  // blocks sent one after another become one part a partition
  max_insert_block_size: '1048576',
  min_insert_block_size_rows: '1048576',
  min_insert_block_size_bytes: '536870912',
  // the next merge does this work again, so leave it to the merge: it is a third of the work of an insert. Until then readers
  // scan where an index would have helped, and FINAL removes the repeated rows
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
