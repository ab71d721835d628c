import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import type { AddressInfo, Server } from 'node:net'
import { join } from 'node:path'

import { afterAll, beforeAll, describe, expect, test } from 'vitest'

import { startEmbedded } from './index.ts'
import type { EmbeddedServer } from './index.ts'
import { nativeHello } from './native-hello.ts'
import { asOwner, asReader, ask, describeWithEngine, needsEngine, newDataDir, query } from './test-server.ts'

const SECRET = 'this line is nobody’s business'
const REFUSED = { ok: false }

describeWithEngine(`nobody else gets in${needsEngine}`, () => {
  let dataDir: string
  let server: EmbeddedServer
  /** Another program's server, which must never be contacted. */
  let stranger: Server
  let visits = 0
  let secretFile: string
  let strayFile: string

  /** Fills in values that are only known when the server runs. */
  const complete = (sql: string): string =>
    sql
      .replaceAll('SECRET', secretFile)
      .replaceAll('STRAY', strayFile)
      .replaceAll('HOST', `127.0.0.1:${(stranger.address() as AddressInfo).port}`)
      .replaceAll('SELF', `127.0.0.1:${server.tcpPort}`)

  beforeAll(async () => {
    dataDir = newDataDir()
    secretFile = join(dataDir, 'secret.txt')
    strayFile = join(dataDir, 'stray.txt')
    writeFileSync(secretFile, SECRET)
    stranger = createServer((socket) => {
      visits++
      socket.destroy()
    })
    await new Promise<void>((resolve) => stranger.listen(0, '127.0.0.1', resolve))
    server = await startEmbedded({ dataDir })
    await query(server, 'CREATE TABLE runspan.t (a UInt64, s String) ENGINE = MergeTree ORDER BY a')
    await query(server, 'INSERT INTO runspan.t SELECT number, toString(number) FROM numbers(200000)')
  })
  afterAll(async () => {
    await server.stop()
    stranger.close()
    rmSync(dataDir, { recursive: true, force: true })
  })

  const STRANGERS: [string, Record<string, string>][] = [
    ['nobody in particular', {}],
    ['default', { 'X-ClickHouse-User': 'default', 'X-ClickHouse-Key': '' }],
    ['default with a password', { 'X-ClickHouse-User': 'default', 'X-ClickHouse-Key': 'x' }],
    ['default by basic authentication', { Authorization: `Basic ${Buffer.from('default:').toString('base64')}` }],
    ['an empty name', { 'X-ClickHouse-User': '', 'X-ClickHouse-Key': '' }],
    ['an unknown name', { 'X-ClickHouse-User': 'nobody', 'X-ClickHouse-Key': '' }],
    ['the owner without password', { 'X-ClickHouse-User': 'runspan', 'X-ClickHouse-Key': '' }],
    ['the owner with a wrong password', { 'X-ClickHouse-User': 'runspan', 'X-ClickHouse-Key': 'wrong' }],
    ['the reader without password', { 'X-ClickHouse-User': 'runspan_reader', 'X-ClickHouse-Key': '' }],
    ['a bearer token', { Authorization: 'Bearer x' }],
    ['a certificate', { 'X-ClickHouse-User': 'runspan', 'X-ClickHouse-SSL-Certificate-Auth': 'on' }],
  ]

  describe.each(STRANGERS)('over HTTP as %s', (_, headers) => {
    test.each(['SELECT 1', 'SYSTEM STOP LISTEN TCP', "SELECT file('SECRET')"])('%s', async (sql) => {
      expect(await ask(server, complete(sql), headers)).toMatchObject(REFUSED)
    })
  })

  test('over HTTP by parameters of the address', async () => {
    for (const user of ['default', 'runspan', 'runspan_reader']) {
      expect(await ask(server, 'SELECT 1', {}, { user, password: '' })).toMatchObject(REFUSED)
      expect(await ask(server, 'SELECT 1', {}, { user, password: 'x' })).toMatchObject(REFUSED)
    }
  })

  test('with the hash in place of the password', async () => {
    const { createHash } = await import('node:crypto')
    const hash = createHash('sha256').update(server.password).digest('hex')
    expect(await ask(server, 'SELECT 1', { ...asOwner(server), 'X-ClickHouse-Key': hash })).toMatchObject(REFUSED)
  })

  test.each([
    ['default', ''],
    ['default', 'x'],
    ['', ''],
    ['runspan', ''],
    ['runspan', 'wrong'],
    ['runspan_reader', ''],
    ['nobody', ''],
    [' INTERSERVER SECRET ', ''],
    [' JWT AUTHENTICATION ', 'x'],
    [' SSH KEY AUTHENTICATION runspan', ''],
  ])('over native TCP as %j with %j', async (user, password) => {
    const answer = await nativeHello(server, user, password, 3000)
    expect(answer.kind).not.toBe('welcome')
  })

  test('over native TCP with the right passwords', async () => {
    expect(await nativeHello(server, 'runspan', server.password, 3000)).toEqual({ kind: 'welcome' })
    expect(await nativeHello(server, 'runspan_reader', server.readerPassword, 3000)).toEqual({ kind: 'welcome' })
  })

  test('as default never, however often', async () => {
    const headers = { 'X-ClickHouse-User': 'default', 'X-ClickHouse-Key': '' }
    for (let round = 0; round < 40; round++) {
      const answers = await Promise.all(Array.from({ length: 5 }, () => ask(server, 'SELECT 1', headers)))
      expect(answers.filter((answer) => answer.ok)).toEqual([])
    }
  })

  test('passwords are in no file but the private one, and not in the process list', () => {
    const mine = [server.password, server.readerPassword]
    const places = ['clickhouse/server.log', 'clickhouse/config/config.xml', 'clickhouse/config/users.xml']
    const texts = places.map((place) => readFileSync(join(dataDir, place), 'utf8'))
    if (process.platform === 'linux') {
      texts.push(
        readFileSync(`/proc/${server.pid}/cmdline`, 'utf8'),
        readFileSync(`/proc/${server.pid}/environ`, 'utf8'),
      )
    }
    for (const password of mine) expect(texts.filter((text) => text.includes(password))).toEqual([])
  })

  /** Statements that leave the database, for which neither user has the right. */
  const WAYS_OUT = [
    // files, read
    "SELECT file('SECRET')",
    "SELECT file('SECRET', 'default')",
    "SELECT file(materialize('SECRET'))",
    "SELECT file('/proc/self/environ')",
    "SELECT * APPLY(file) FROM (SELECT 'SECRET')",
    "SELECT arrayMap(x -> file(x), ['SECRET'])",
    "SELECT 1 SETTINGS additional_result_filter = 'length(file(''SECRET'')) > 0'",
    "SELECT * FROM format(Values, 'a String', '(file(\\'SECRET\\'))')",
    "SELECT * FROM file('SECRET', LineAsString)",
    "SELECT * FROM file('server.log', LineAsString)",
    'SELECT * FROM `SECRET`',
    "SELECT * FROM 'SECRET'",
    "DESCRIBE TABLE file('SECRET', LineAsString)",
    "DESCRIBE (SELECT * FROM file('SECRET', LineAsString))",
    "EXPLAIN SELECT * FROM file('SECRET', LineAsString)",
    "SELECT * FROM fileCluster('x', 'SECRET', LineAsString)",
    "SELECT * FROM filesystem('/etc')",
    "SELECT * FROM sqlite('SECRET', 't')",
    "SELECT * FROM icebergLocal('/etc')",
    "SELECT * FROM deltaLakeLocal('/etc')",
    "SELECT * FROM paimonLocal('/etc')",
    "SELECT 1 FORMAT Template SETTINGS format_template_row = 'SECRET'",
    "SELECT 1 FORMAT Template SETTINGS format_template_resultset = 'SECRET'",
    "SELECT * FROM format(Template, 'a String', 'x') SETTINGS format_template_row = 'SECRET'",
    "SELECT 1 AS x FORMAT Protobuf SETTINGS format_schema = 'SECRET:x'",
    "SELECT 1 AS x FORMAT CapnProto SETTINGS format_schema = 'SECRET:x'",
    "INSERT INTO runspan.t (s) FROM INFILE 'SECRET' FORMAT LineAsString",
    "CREATE TABLE runspan.x (a String) ENGINE = File(LineAsString, 'SECRET')",
    "CREATE TABLE runspan.x AS file('SECRET', LineAsString)",
    "CREATE TABLE runspan.x (a String) ENGINE = FileLog('SECRET', 'LineAsString')",
    "CREATE TABLE runspan.x (a String) ENGINE = SQLite('SECRET', 't')",
    "CREATE TABLE runspan.x (a String) ENGINE = IcebergLocal('/etc')",
    "CREATE TABLE default.x (a String) ENGINE = File(CSV, 'SECRET')",
    "CREATE DICTIONARY runspan.d (k UInt64, v String) PRIMARY KEY k SOURCE(FILE(path 'SECRET' format 'TSV')) LAYOUT(FLAT()) LIFETIME(0)",
    "CREATE DATABASE other ENGINE = Filesystem('/etc')",
    "CREATE DATABASE other ENGINE = SQLite('SECRET')",
    "ATTACH TABLE runspan.x FROM '/etc/' (a Int8) ENGINE = MergeTree ORDER BY a",
    "SELECT catboostEvaluate('SECRET', 1)",
    // files, written
    "INSERT INTO FUNCTION file('STRAY') SELECT 1",
    "SELECT 1 INTO OUTFILE 'STRAY'",
    "SELECT 1 AS x FORMAT Protobuf SETTINGS output_format_schema = 'STRAY', format_protobuf_use_autogenerated_schema = 1",
    "SELECT * FROM format(CSV, 'a UInt8', 'x') SETTINGS input_format_record_errors_file_path = 'STRAY', input_format_allow_errors_num = 9",
    "BACKUP DATABASE runspan TO File('STRAY')",
    "BACKUP TABLE runspan.t TO Disk('default', 'b')",
    "RESTORE TABLE runspan.t AS runspan.x FROM File('STRAY')",
    "CREATE TABLE runspan.x (a Int8) ENGINE = MergeTree ORDER BY a SETTINGS disk = disk(type = local, path = 'STRAY/')",
    // commands
    "SELECT * FROM executable('id', LineAsString, 'l String')",
    "SELECT * FROM executable('id', LineAsString, 'l String', (SELECT 1))",
    "CREATE TABLE runspan.x (a String) ENGINE = Executable('id', LineAsString)",
    "CREATE DICTIONARY runspan.d (k UInt64, v String) PRIMARY KEY k SOURCE(EXECUTABLE(command 'id' format 'TSV')) LAYOUT(FLAT()) LIFETIME(0)",
    // other servers
    "SELECT * FROM url('http://HOST/', LineAsString)",
    "DESCRIBE TABLE url('http://HOST/x.csv')",
    "SELECT * FROM remote('HOST', system.one)",
    "SELECT * FROM remote('SELF', system.one)",
    "SELECT * FROM remoteSecure('HOST', system.one)",
    "SELECT * FROM cluster('default', system.one)",
    "SELECT * FROM s3('http://HOST/bucket/x', NOSIGN, LineAsString)",
    "SELECT * FROM gcs('http://HOST/bucket/x', NOSIGN, LineAsString)",
    "SELECT * FROM iceberg('http://HOST/bucket/x', NOSIGN)",
    "SELECT * FROM deltaLake('http://HOST/bucket/x', NOSIGN)",
    "SELECT * FROM azureBlobStorage('a', 'b', 'c')",
    "SELECT * FROM hdfs('hdfs://HOST/x')",
    "SELECT * FROM postgresql('HOST', 'a', 'b', 'c', 'd')",
    "SELECT * FROM mysql('HOST', 'a', 'b', 'c', 'd')",
    "SELECT * FROM mongodb('HOST', 'a', 'b', 'c', 'd', 'x String')",
    "SELECT * FROM redis('HOST', 'k', 'k String')",
    "SELECT * FROM odbc('x', 'y', 'z')",
    "SELECT * FROM jdbc('x', 'y', 'z')",
    "SELECT * FROM format(AvroConfluent, 'a String', unhex('00000000010102')) SETTINGS format_avro_schema_registry_url = 'http://HOST/'",
    "SELECT aiGenerate('x') SETTINGS allow_experimental_ai_functions = 1",
    "CREATE TABLE runspan.x (a String) ENGINE = URL('http://HOST/', LineAsString)",
    "CREATE TABLE runspan.x (a String) ENGINE = MySQL('HOST', 'a', 'b', 'c', 'd')",
    "CREATE TABLE runspan.x (a String) ENGINE = Kafka('HOST', 't', 'g', 'JSONEachRow')",
    "CREATE TABLE runspan.x (a UInt8) ENGINE = Remote('HOST', 'system', 'one')",
    "CREATE TABLE runspan.x (a Int8) ENGINE = MergeTree ORDER BY a SETTINGS disk = disk(type = web, endpoint = 'http://HOST/')",
    "CREATE DICTIONARY runspan.d (k UInt64, v String) PRIMARY KEY k SOURCE(HTTP(url 'http://HOST/' format 'TSV')) LAYOUT(FLAT()) LIFETIME(0)",
    "CREATE DATABASE other ENGINE = MySQL('HOST', 'a', 'b', 'c')",
    // users and rights
    "CREATE USER evil IDENTIFIED BY 'x'",
    "CREATE USER runspan IDENTIFIED BY 'x'",
    "ALTER USER default IDENTIFIED BY 'x'",
    "ALTER USER runspan IDENTIFIED BY 'x'",
    'DROP USER runspan_reader',
    'GRANT ALL ON *.* TO runspan_reader',
    'GRANT SELECT ON runspan.* TO default',
    'CREATE ROLE evil',
    'CREATE ROW POLICY p ON runspan.t USING 0 TO ALL',
    'CREATE QUOTA q',
    'CREATE SETTINGS PROFILE p',
    'EXECUTE AS runspan SELECT 1',
    'CREATE NAMED COLLECTION c AS a = 1',
    'CREATE NAMED COLLECTION runspan AS a = 1',
    'CREATE VIEW runspan.x DEFINER = default SQL SECURITY DEFINER AS SELECT * FROM system.users',
    'CREATE VIEW runspan.x SQL SECURITY NONE AS SELECT * FROM system.users',
    "CREATE DICTIONARY runspan.d (k UInt64) PRIMARY KEY k SOURCE(CLICKHOUSE(user 'default' query 'SELECT 1')) LAYOUT(FLAT()) LIFETIME(0)",
    // other databases and the server itself
    'CREATE DATABASE other',
    'CREATE TABLE default.x (a Int8) ENGINE = Memory',
    'CREATE TABLE system.x (a Int8) ENGINE = Memory',
    'DROP DATABASE system',
    'CREATE FUNCTION f AS (x) -> x',
    'SYSTEM SHUTDOWN',
    'SYSTEM KILL',
    'SYSTEM STOP LISTEN HTTP',
    'SYSTEM START LISTEN MYSQL',
    'SYSTEM RELOAD CONFIG',
    'SYSTEM RELOAD USERS',
    'SYSTEM JEMALLOC PURGE',
    'SYSTEM ENABLE FAILPOINT x',
    "SYSTEM UNFREEZE WITH NAME 'x'",
  ]

  describe.each([
    ['the owner', asOwner],
    ['the reader', asReader],
  ])('%s may not', (_, as) => {
    test.each(WAYS_OUT)('%s', async (sql) => {
      visits = 0
      const answer = await ask(server, complete(sql), as(server))
      expect(answer).toMatchObject(REFUSED)
      expect(answer.text).not.toContain(SECRET)
      expect(answer.text).not.toContain('SYNTAX_ERROR')
      expect(visits).toBe(0)
      expect(existsSync(strayFile)).toBe(false)
    })
  })

  /** Allowed for the owner, not for the reader. */
  test.each([
    "INSERT INTO runspan.t VALUES (1, '')",
    'ALTER TABLE runspan.t DELETE WHERE 1',
    'ALTER TABLE runspan.t ADD COLUMN x Int8',
    'DELETE FROM runspan.t WHERE 1',
    "UPDATE runspan.t SET s = '' WHERE 1",
    'DROP TABLE runspan.t',
    'DETACH TABLE runspan.t',
    'TRUNCATE TABLE runspan.t',
    'OPTIMIZE TABLE runspan.t',
    'RENAME TABLE runspan.t TO runspan.u',
    'CREATE TABLE runspan.u (a Int8) ENGINE = Memory',
    'CREATE VIEW runspan.u AS SELECT 1',
    'CREATE TEMPORARY TABLE u (a Int8)',
    'DROP DATABASE runspan',
    'SYSTEM STOP MERGES runspan.t',
    'SYSTEM FLUSH LOGS',
    'SYSTEM DROP MARK CACHE',
    'KILL QUERY WHERE 1',
    'CHECK TABLE runspan.t',
    'SELECT * FROM system.users',
    'SELECT * FROM system.grants',
    'SELECT * FROM system.processes',
    'SELECT * FROM system.parts',
    'SELECT * FROM system.disks',
    'SELECT * FROM system.server_settings',
    'SELECT * FROM system.stack_trace',
    'SELECT * FROM information_schema.tables',
    'SHOW CREATE USER runspan',
    'SHOW PROCESSLIST',
    'SELECT addressToLine(1)',
    'SELECT * FROM loop(system.users)',
  ])('the reader may not: %s', async (sql) => {
    expect(await ask(server, sql, asReader(server))).toMatchObject(REFUSED)
  })

  /** Limits that the reader raises, in a query's settings and in the URL. */
  test.each([
    ['readonly', '0'],
    ['readonly', '1'],
    ['allow_ddl', '1'],
    ['allow_introspection_functions', '1'],
    ['max_execution_time', '0'],
    ['max_execution_time', '3600'],
    ['max_execution_time', '301'],
    ['timeout_before_checking_execution_speed', '3600'],
    ['max_memory_usage', '0'],
    ['max_memory_usage', '100000000000'],
    ['max_memory_usage_for_user', '0'],
    ['max_result_rows', '0'],
    ['max_result_bytes', '0'],
    ['max_rows_to_read_leaf', '0'],
    ['read_overflow_mode_leaf', 'break'],
    ['max_threads', '1000'],
    ['max_block_size', '100000000'],
    ['max_concurrent_queries_for_user', '0'],
    ['max_temporary_data_on_disk_size_for_query', '0'],
    ['max_temporary_data_on_disk_size_for_user', '0'],
    ['max_parser_depth', '0'],
    ['max_parser_depth', '100000'],
    ['max_ast_depth', '100000'],
    ['max_subquery_depth', '10000'],
    ['max_query_size', '1000000000'],
    ['max_recursive_cte_evaluation_depth', '100000'],
    ['function_sleep_max_microseconds_per_block', '100000000'],
    ['use_query_cache', '1'],
    ['dialect', 'prql'],
  ])('the reader may not set %s = %s', async (name, value) => {
    const shown = /^\d+$/.test(value) ? value : `'${value}'`
    expect(await ask(server, `SELECT 1 SETTINGS ${name} = ${shown}`, asReader(server))).toMatchObject(REFUSED)
    expect(await ask(server, 'SELECT 1', asReader(server), { [name]: value })).toMatchObject(REFUSED)
  })

  test('the reader reads, and may lower a limit', async () => {
    const reader = asReader(server)
    expect((await ask(server, 'SELECT count(), max(a) FROM runspan.t', reader)).text).toBe('200000\t199999')
    expect((await ask(server, 'SELECT 1 SETTINGS max_execution_time = 5', reader)).text).toBe('1')
    expect((await ask(server, 'SHOW TABLES FROM runspan', reader)).text).toBe('t')
    expect(
      (
        await ask(server, 'SELECT name FROM system.tables WHERE database = {db:String}', reader, {
          param_db: 'runspan',
        })
      ).text,
    ).toBe('t')
  })

  /** Read from the plugin's source (4.20), and from the explorer's scripts as this engine serves them. */
  test.each<[string, Record<string, string>]>([
    ['Grafana’s data source', { max_execution_time: '60' }],
    ['the explorer', { max_execution_time: '60', timeout_overflow_mode: 'break', join_algorithm: 'auto' }],
    ['the explorer, of keys', { max_execution_time: '15', timeout_overflow_mode: 'break', max_rows_to_read: '0' }],
    ['the explorer, of values', { max_rows_to_read: '3000000', read_overflow_mode: 'break' }],
    [
      'the explorer, of shares',
      { max_rows_to_group_by: '1000', group_by_overflow_mode: 'any', max_rows_to_read: '0', max_execution_time: '60' },
    ],
    ['the explorer, of rows', { max_result_rows: '10000', result_overflow_mode: 'break', max_execution_time: '60' }],
    [
      'the explorer, of any',
      { date_time_output_format: 'iso', wait_end_of_query: '0', cancel_http_readonly_queries_on_client_close: '1' },
    ],
  ])('the reader is answered with the settings of %s', async (_, settings) => {
    const answer = await ask(server, 'SELECT count() FROM runspan.t', asReader(server), settings)
    expect(answer).toEqual({ ok: true, text: '200000', errorNumber: null })
  })

  test('whatever the reader asks for, its time, its rows and its memory are bounded', async () => {
    const reader = asReader(server)
    const limits =
      "SELECT getSetting('max_execution_time'), getSetting('max_memory_usage'), getSetting('max_result_rows')"
    expect((await ask(server, limits, reader)).text).toBe('30\t1000000000\t100000')
    const lifted = { max_rows_to_read: '0', read_overflow_mode: 'break', result_overflow_mode: 'break' }
    const much = await ask(server, 'SELECT sum(number) FROM numbers(3000000000)', reader, lifted)
    expect(much.errorNumber).toBe(158)
    const rows = await ask(server, 'SELECT a FROM runspan.t', reader, lifted)
    expect(rows.text.split('\n').length).toBeLessThan(200_000)
    const endless = await ask(
      server,
      'SELECT count() FROM numbers(900000000) WHERE sipHash64(number, number) = 1',
      reader,
      {
        max_execution_time: '1',
      },
    )
    expect(endless.errorNumber).toBe(159)
  })

  test('the reader sees the names of no other database', async () => {
    const databases = await ask(server, 'SELECT DISTINCT database FROM system.columns ORDER BY 1', asReader(server))
    expect(databases.text.split('\n').filter((name) => name !== 'system')).toEqual(['runspan'])
  })

  test('another profile lifts no limit of the reader', async () => {
    for (const profile of ['runspan', 'default', 'boot']) {
      const sql = "SELECT getSetting('max_execution_time'), getSetting('readonly'), getSetting('max_subquery_depth')"
      const answer = await ask(server, sql, asReader(server), { profile })
      expect(answer.ok ? answer.text : '30\t2\t50').toBe('30\t2\t50')
    }
  })

  test('the reader’s answers are bounded', async () => {
    const all = await ask(server, 'SELECT a FROM runspan.t', asReader(server))
    expect(all.errorNumber).toBe(396)
    const fat = 'SELECT groupArray(randomPrintableASCII(3000)) FROM numbers(1000000)'
    expect((await ask(server, fat, asReader(server))).errorNumber).toBe(241)
  })

  test('the reader’s SYSTEM STOP MERGES stops none', async () => {
    await ask(server, 'SYSTEM STOP MERGES', asReader(server))
    await query(server, 'CREATE TABLE runspan.merging (a UInt64) ENGINE = MergeTree ORDER BY a')
    for (let part = 0; part < 3; part++) await query(server, `INSERT INTO runspan.merging VALUES (${part})`)
    await query(server, 'OPTIMIZE TABLE runspan.merging FINAL SETTINGS optimize_throw_if_noop = 1')
    const parts = await query(server, "SELECT count() FROM system.parts WHERE table = 'merging' AND active")
    expect(parts).toBe('1')
    await query(server, 'DROP TABLE runspan.merging')
  })

  describe('queries that are too deep end nothing but themselves', () => {
    const nested = (depth: number): string =>
      `SELECT * FROM ${'(SELECT * FROM '.repeat(depth)}numbers(1)${')'.repeat(depth)}`
    const lifted = { max_parser_depth: '100000', max_ast_depth: '100000', max_subquery_depth: '10000' }
    const cases: [string, string, Record<string, string>][] = [
      ['90 subqueries', nested(90), {}],
      ['900 subqueries', nested(900), {}],
      ['800 subqueries with lifted limits', nested(800), lifted],
      ['20,000 terms', `SELECT ${Array.from({ length: 20_000 }, () => '1').join('+')}`, {}],
      ['5,000 brackets with lifted limits', `SELECT ${'('.repeat(5000)}1${')'.repeat(5000)}`, lifted],
      ['280 nested sums', `SELECT ${'(1+'.repeat(280)}1${')'.repeat(280)}`, {}],
      ['2,000 nested arrays', `SELECT ${'['.repeat(2000)}${']'.repeat(2000)}`, {}],
      ['1,000 signs', `SELECT ${'- '.repeat(1000)}1`, {}],
      [
        'endless recursion',
        'WITH RECURSIVE x AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM x) SELECT max(n) FROM x',
        {},
      ],
      ['a terabyte of text', "SELECT repeat('a', 1000000000000)", {}],
      ['a range without end', 'SELECT range(100000000000)', {}],
      ['a slow pattern', "SELECT match(repeat('a', 1000000), '(a*)*b')", {}],
    ]
    test.each(cases)('%s', async (_, sql, settings) => {
      for (const headers of [asReader(server), asOwner(server)]) {
        // Any answer is fine, as long as the server keeps running.
        await ask(server, sql, headers, settings)
        expect(await query(server, 'SELECT 1')).toBe('1')
      }
    })

    test('the server is still the one that was started', async () => {
      expect(await query(server, 'SELECT count() FROM runspan.t')).toBe('200000')
    })
  })
})
