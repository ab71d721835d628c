/**
 * The child process: one ClickHouse server until standard input closes, which is when the parent ends.
 *
 *     node server-process.cjs LIBRARY CONFIG_FILE DATA_PATH LOG_FILE HOST HTTP_PORT TCP_PORT
 *
 * Hashes of passwords and limits come in the environment, from which the configuration reads them. The engine prints each
 * query on standard output before it runs it, and stops at the first that fails: the last one shows that both listeners are
 * open and belong to this process. Failures are printed on standard error.
 *
 * Why a pseudo-terminal: without one `clickhouse local` installs an error handler that aborts the whole process when a
 * client's connection ends badly. With `--interactive` on a terminal it does not.
 *
 * Why confined: the engine treats its users as the owner of this process, and some of its SQL opens files without checking a
 * right. Nothing here may be asynchronous before that, not even loading, so it is started as CommonJS.
 */
import { Socket } from 'node:net'
import { dirname } from 'node:path'

import { DataType, load, open } from 'ffi-rs'

import { confine } from './confine.ts'
import { becomeTerminal, duplicate, exitAtOnce } from './pseudo-terminal.ts'

/** System files that the engine and the C library read; none of them is private. */
const SYSTEM_FILES: readonly string[] = [
  '/lib',
  '/lib64',
  '/usr/lib',
  '/usr/lib64',
  '/etc/ld.so.cache',
  '/usr/share/zoneinfo',
  '/etc/localtime',
  '/etc/hosts',
  '/etc/host.conf',
  '/etc/nsswitch.conf',
  '/etc/resolv.conf',
  '/sys',
  '/dev/urandom',
  '/proc/self',
  '/proc/cpuinfo',
  '/proc/loadavg',
  '/proc/meminfo',
  '/proc/pressure',
  '/proc/stat',
  '/proc/sys',
  '/proc/uptime',
]

const [library = '', configFile = '', dataPath = '', logFile, host, httpPort, tcpPort] = process.argv.slice(2)

const parent = new Socket({ fd: duplicate(0), readable: true, writable: false })
const drainTerminal = becomeTerminal()
const peerPorts = (process.env['RUNSPAN_CH_PEER_PORTS'] ?? '').split(' ').filter((text) => text !== '')
confine({
  read: [...SYSTEM_FILES, dirname(library)],
  readAndWrite: [dirname(dataPath), '/dev/null'],
  connect: peerPorts.map(Number),
})
drainTerminal()
open({ library: 'chdb', path: library })

/**
 * Ends immediately. An orderly end has no benefit: it waits seconds for open connections, and aborts without a working
 * directory. Acknowledged data is already on disk.
 */
function stop(): void {
  exitAtOnce(0)
}
parent.on('end', stop).on('error', stop).resume()
for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, stop)

const argv = [
  'clickhouse',
  `--config-file=${configFile}`,
  `--path=${dataPath}`,
  // Not from the environment: in the configuration it would have to be valid XML.
  `--logger.log=${logFile}`,
  `--listen_host=${host}`,
  `--http_port=${httpPort}`,
  `--tcp_port=${tcpPort}`,
  '--interactive',
  '--history_file=/dev/null',
  '--disable_suggestion',
  '--multiquery',
  '--query',
  "SYSTEM START LISTEN HTTP; SYSTEM START LISTEN TCP; SELECT 'listening'",
]
// On a thread of the pool, so that this event loop stays alive and decides how the server ends.
const running = load({
  library: 'chdb',
  funcName: 'chdb_query_cmdline',
  retType: DataType.External,
  paramsType: [DataType.I32, DataType.StringArray],
  paramsValue: [argv.length, argv],
  runInNewThread: true,
}) as unknown as Promise<unknown>
// It returns only if it could not start.
void running.finally(() => exitAtOnce(1))
