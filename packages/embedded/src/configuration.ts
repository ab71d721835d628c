import { createHash } from 'node:crypto'
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { totalmem } from 'node:os'
import { join } from 'node:path'

import { isLoopback } from './ports.ts'
import { usersXml } from './users-xml.ts'

const MEBIBYTE = 1024 ** 2
const GIBIBYTE = 1024 ** 3

/**
 * Settings of the server. It is a guest on somebody's laptop: small caches, few threads.
 * All values that differ between starts come from the environment, so that several processes that start at once can write
 * this file safely.
 */
const CONFIG_XML = `<clickhouse>
  <users_config>users.xml</users_config>
  <log-level>information</log-level>
  <logger><size>10M</size><count>3</count><console>false</console></logger>

  <max_server_memory_usage from_env="RUNSPAN_CH_MEMORY"/>
  <mark_cache_size>${64 * MEBIBYTE}</mark_cache_size>
  <primary_index_cache_size>${64 * MEBIBYTE}</primary_index_cache_size>
  <index_mark_cache_size>${16 * MEBIBYTE}</index_mark_cache_size>
  <uncompressed_cache_size>0</uncompressed_cache_size>
  <index_uncompressed_cache_size>0</index_uncompressed_cache_size>
  <mmap_cache_size>100</mmap_cache_size>
  <compiled_expression_cache_size>${16 * MEBIBYTE}</compiled_expression_cache_size>
  <query_condition_cache_size>${16 * MEBIBYTE}</query_condition_cache_size>
  <query_cache><max_size_in_bytes>${16 * MEBIBYTE}</max_size_in_bytes></query_cache>

  <max_connections>256</max_connections>
  <max_concurrent_queries>100</max_concurrent_queries>
  <max_thread_pool_size>1000</max_thread_pool_size>
  <max_thread_pool_free_size>8</max_thread_pool_free_size>
  <background_pool_size>4</background_pool_size>
  <background_schedule_pool_size>8</background_schedule_pool_size>
  <background_common_pool_size>4</background_common_pool_size>
  <background_move_pool_size>1</background_move_pool_size>
  <background_fetches_pool_size>1</background_fetches_pool_size>
  <merge_tree>
    <!-- the defaults count on a pool of 16 and would keep mutations waiting for ever in one of 4 -->
    <number_of_free_entries_in_pool_to_lower_max_size_of_merge>2</number_of_free_entries_in_pool_to_lower_max_size_of_merge>
    <number_of_free_entries_in_pool_to_execute_mutation>2</number_of_free_entries_in_pool_to_execute_mutation>
    <number_of_free_entries_in_pool_to_execute_optimize_entire_partition>2</number_of_free_entries_in_pool_to_execute_optimize_entire_partition>
  </merge_tree>

  <access_control_improvements>
    <table_engines_require_grant>true</table_engines_require_grant>
    <select_from_system_db_requires_grant>true</select_from_system_db_requires_grant>
    <select_from_information_schema_requires_grant>true</select_from_information_schema_requires_grant>
  </access_control_improvements>

  <keep_alive_timeout>10</keep_alive_timeout>
  <custom_settings_prefixes>runspan_</custom_settings_prefixes>
  <!-- refuses every outgoing HTTP host -->
  <remote_url_allow_hosts><host>invalid.invalid</host></remote_url_allow_hosts>
</clickhouse>
`

/** Values that the configuration takes from the environment. */
export interface ServerLimits {
  readonly host: string
  readonly password: string
  readonly readerPassword: string
  readonly memoryBytes: number
  readonly peerPorts: readonly number[]
}

/** Returns the default memory limit: 2 GiB, or a quarter of the machine's if that is less. */
export function defaultMemoryBytes(): number {
  // 0 or a huge number without a limit on this process's group.
  const group = process.constrainedMemory() || Infinity
  return Math.floor(Math.min(2 * GIBIBYTE, Math.min(totalmem(), group) / 4))
}

/** Writes the configuration into a folder that only this user can read; returns the main file's path. */
export function writeConfiguration(folder: string): string {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  writeIfChanged(join(folder, 'users.xml'), usersXml())
  const file = join(folder, 'config.xml')
  writeIfChanged(file, CONFIG_XML)
  return file
}

/**
 * Returns the child's whole environment. No other variables are passed on: NODE_OPTIONS would instrument the server, and
 * CLICKHOUSE_* variables would configure the engine.
 */
export function serverEnvironment(limits: ServerLimits, home: string): NodeJS.ProcessEnv {
  const [first, second] = isLoopback(limits.host) ? ['127.0.0.1', '::1'] : ['0.0.0.0/0', '::/0']
  return {
    PATH: process.env['PATH'],
    HOME: home,
    TERM: 'dumb',
    // Times without a zone must mean the same wherever the server runs.
    TZ: 'UTC',
    RUNSPAN_CH_MEMORY: String(limits.memoryBytes),
    RUNSPAN_CH_PEER_PORTS: limits.peerPorts.join(' '),
    RUNSPAN_CH_NETWORK_1: first,
    RUNSPAN_CH_NETWORK_2: second,
    RUNSPAN_CH_SHA256: sha256(limits.password),
    RUNSPAN_CH_READER_SHA256: sha256(limits.readerPassword),
  }
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}

/** Writes a file atomically if it changed: a running server reads these files again when they change. */
function writeIfChanged(file: string, text: string): void {
  if (readIfThere(file) === text) return
  const draft = `${file}.${process.pid}`
  writeFileSync(draft, text, { mode: 0o600 })
  renameSync(draft, file)
}

function readIfThere(file: string): string | null {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw error
  }
}
