/** Limits the reader may lower and never lift. */
const READER_LIMITS: Readonly<Record<string, number>> = {
  max_execution_time: 30,
  max_result_rows: 100_000,
  max_result_bytes: 500_000_000,
  max_memory_usage: 1_000_000_000,
  max_rows_to_read: 1_000_000_000,
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

/** A setting the reader may not touch. */
const READER_FIXED: Readonly<Record<string, string>> = {
  readonly: '2',
  allow_ddl: '0',
  allow_introspection_functions: '0',
  result_overflow_mode: 'throw',
  read_overflow_mode: 'throw',
  timeout_overflow_mode: 'throw',
  timeout_before_checking_execution_speed: '0',
  max_memory_usage_for_user: '2000000000',
  max_concurrent_queries_for_user: '16',
  max_temporary_data_on_disk_size_for_user: '1000000000',
  max_temporary_data_on_disk_size_for_query: '1000000000',
  use_query_cache: '0',
  dialect: 'clickhouse',
}

/** Deeper queries than these overflow the engine's stack and end the server; not even the owner may lift them. */
const OWNER_LIMITS: Readonly<Record<string, number>> = {
  max_parser_depth: 1_000,
  max_ast_depth: 1_000,
  max_subquery_depth: 100,
}

const OWNER_GRANTS = [
  'CREATE DATABASE, DROP DATABASE ON runspan.*',
  // Includes SYSTEM VIEWS, SYSTEM MERGES and the like for this database.
  'ALL ON runspan.*',
  'SYSTEM VIEWS ON runspan.*',
  'SELECT ON system.*',
  'SELECT ON INFORMATION_SCHEMA.*',
  'SELECT ON information_schema.*',
  'TABLE ENGINE ON *',
  'CREATE TEMPORARY TABLE, KILL QUERY ON *.*',
  // Never SYSTEM SHUTDOWN: it signals the whole process group.
  'SYSTEM FLUSH LOGS, SYSTEM DROP CACHE ON *.*',
]

const READER_GRANTS = ['SELECT ON runspan.*', 'SELECT ON system.one', 'SELECT ON system.numbers']

/** The users, their limits and rights, as ClickHouse reads them; hashes and networks come from the environment. */
export function usersXml(): string {
  return `<clickhouse>
  <profiles>
    <default/>
    <boot>
      <max_sessions_for_user>1</max_sessions_for_user>
      <constraints><max_sessions_for_user><readonly/></max_sessions_for_user></constraints>
    </boot>
    <runspan>
      <constraints>${each(OWNER_LIMITS, (name, max) => `<${name}><max>${max}</max></${name}>`)}
      </constraints>
    </runspan>
    <reader>${each({ ...READER_LIMITS, ...READER_FIXED }, (name, value) => `<${name}>${value}</${name}>`)}
      <constraints>
        <max_threads><min>1</min><max>16</max></max_threads>${each(READER_LIMITS, (name, max) => `<${name}><min>1</min><max>${max}</max></${name}>`)}${each(
          READER_FIXED,
          (name) => `<${name}><readonly/></${name}>`,
        )}
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
