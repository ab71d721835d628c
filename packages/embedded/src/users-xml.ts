/**
 * Default and maximum seconds of a reader's query: Grafana's plugin asks for 60 for every query, and so does ClickHouse's own
 * explorer.
 */
const READER_SECONDS = { usual: 30, most: 300 } as const

/** Limits that the reader may lower but not raise. */
const READER_LIMITS: Readonly<Record<string, number>> = {
  max_result_rows: 100_000,
  max_result_bytes: 500_000_000,
  max_memory_usage: 1_000_000_000,
  max_block_size: 65_409,
  max_parser_depth: 300,
  max_parser_backtracks: 1_000_000,
  max_ast_depth: 300,
  max_ast_elements: 50_000,
  max_expanded_ast_elements: 500_000,
  max_subquery_depth: 50,
  max_analyze_depth: 5_000,
  max_pipeline_depth: 1_000,
  max_query_size: 262_144,
  max_recursive_cte_evaluation_depth: 1_000,
  function_sleep_max_microseconds_per_block: 3_000_000,
  function_range_max_elements_in_block: 500_000_000,
}

/** Settings that the reader may not change. */
const READER_FIXED: Readonly<Record<string, string>> = {
  readonly: '2',
  allow_ddl: '0',
  allow_introspection_functions: '0',
  // the explorer sets max_rows_to_read to 0; this limit holds anyway
  max_rows_to_read_leaf: '1000000000',
  read_overflow_mode_leaf: 'throw',
  timeout_before_checking_execution_speed: '0',
  max_memory_usage_for_user: '2000000000',
  max_concurrent_queries_for_user: '16',
  max_temporary_data_on_disk_size_for_user: '1000000000',
  max_temporary_data_on_disk_size_for_query: '1000000000',
  use_query_cache: '0',
  dialect: 'clickhouse',
}

/**
 * Maximum depths of queries: deeper ones overflow the engine's stack and end the server. Not even the owner may raise them.
 */
const OWNER_LIMITS: Readonly<Record<string, number>> = {
  max_parser_depth: 1_000,
  max_ast_depth: 1_000,
  max_subquery_depth: 100,
}

/**
 * Settings that make the engine open a file or an address of the caller's choice, without a check of rights: it assumes that
 * it is its caller's own program. Nobody may change them.
 */
const REACHING_OUT: Readonly<Record<string, string>> = {
  format_schema: '',
  format_schema_source: 'file',
  format_template_resultset: '',
  format_template_row: '',
  output_format_schema: '',
  input_format_record_errors_file_path: '',
  format_avro_schema_registry_url: '',
}

/** Engines that store their data in the database's own folder, write it immediately, and connect to nothing. */
const TABLE_ENGINES = [
  'MergeTree',
  'ReplacingMergeTree',
  'SummingMergeTree',
  'AggregatingMergeTree',
  'CollapsingMergeTree',
  'VersionedCollapsingMergeTree',
  'CoalescingMergeTree',
  'Memory',
  'Null',
  'Log',
  'TinyLog',
  'StripeLog',
  'Join',
  'Set',
  'Merge',
  'View',
  'MaterializedView',
]

/**
 * Not `ALL`: that includes dictionaries, whose sources run commands and open files, and users, definers and named collections
 * with the name of the database. Never SYSTEM SHUTDOWN: it signals the whole process group.
 */
const OWNER_GRANTS = [
  'CREATE DATABASE, DROP DATABASE, CREATE TABLE, DROP TABLE, UNDROP TABLE, CREATE VIEW, DROP VIEW ON runspan.*',
  'SELECT, INSERT, ALTER, TRUNCATE, OPTIMIZE, CHECK, SHOW ON runspan.*',
  'SYSTEM MERGES, SYSTEM TTL MERGES, SYSTEM MOVES, SYSTEM VIEWS, SYSTEM WAIT LOADING PARTS ON runspan.*',
  'SELECT ON system.*',
  'SELECT ON INFORMATION_SCHEMA.*',
  'SELECT ON information_schema.*',
  ...TABLE_ENGINES.map((engine) => `TABLE ENGINE ON ${engine}`),
  'CREATE TEMPORARY TABLE, KILL QUERY ON *.*',
  'SYSTEM FLUSH LOGS, SYSTEM DROP CACHE ON *.*',
]

const READER_GRANTS = ['SELECT ON runspan.*', 'SELECT ON system.one', 'SELECT ON system.numbers']

/**
 * Returns the users, their limits and rights, as ClickHouse reads them; hashes and networks come from the environment.
 */
export function usersXml(): string {
  return `<clickhouse>
  <profiles>
    <default/>
    <boot>
      <max_sessions_for_user>1</max_sessions_for_user>
      <constraints><max_sessions_for_user><readonly/></max_sessions_for_user></constraints>
    </boot>
    <runspan>
      <constraints>
        <!-- a disk of one's own choosing may be any address -->
        <merge_tree_disk><readonly/></merge_tree_disk>${each(OWNER_LIMITS, (name, max) => `<${name}><max>${max}</max></${name}>`)}${each(REACHING_OUT, readOnly)}
      </constraints>
    </runspan>
    <reader>${each({ max_execution_time: READER_SECONDS.usual, ...READER_LIMITS, ...READER_FIXED }, (name, value) => `<${name}>${value}</${name}>`)}
      <constraints>
        <max_threads><min>1</min><max>16</max></max_threads>${each({ max_execution_time: READER_SECONDS.most, ...READER_LIMITS }, (name, max) => `<${name}><min>1</min><max>${max}</max></${name}>`)}${each({ ...READER_FIXED, ...REACHING_OUT }, readOnly)}
      </constraints>
    </reader>
  </profiles>
  <quotas><default/></quotas>
  <users>
    <!-- The program's own local session is \`default\`. It takes the only session this user may have before a
         listener opens, so nobody else can log in as \`default\`. It may do nothing but listen. -->
    <default>
      <no_password/>
      <networks><ip>127.0.0.1</ip></networks>
      <profile>boot</profile><quota>default</quota>
      <grants>${grants(['SYSTEM LISTEN ON *.*'])}</grants>
    </default>
    ${userXml('runspan', 'runspan', 'RUNSPAN_CH_SHA256', OWNER_GRANTS)}
    ${userXml('runspan_reader', 'reader', 'RUNSPAN_CH_READER_SHA256', READER_GRANTS)}
  </users>
</clickhouse>
`
}

function readOnly(name: string): string {
  return `<${name}><readonly/></${name}>`
}

function userXml(name: string, profile: string, hashVariable: string, rights: readonly string[]): string {
  return `<${name}>
      <password_sha256_hex from_env="${hashVariable}"/>
      <networks><ip from_env="RUNSPAN_CH_NETWORK_1"/><ip from_env="RUNSPAN_CH_NETWORK_2"/></networks>
      <profile>${profile}</profile><quota>default</quota>
      <grants>${grants(rights)}</grants>
    </${name}>`
}

function grants(rights: readonly string[]): string {
  return rights.map((right) => `<query>GRANT ${right}</query>`).join('')
}

function each<T>(table: Readonly<Record<string, T>>, line: (name: string, value: T) => string): string {
  return Object.entries(table)
    .map(([name, value]) => `\n        ${line(name, value)}`)
    .join('')
}
