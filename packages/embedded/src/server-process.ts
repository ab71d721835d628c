/**
 * The child process: one ClickHouse server until standard input closes, which is when the parent ends.
 *
 *     node server-process.cjs LIBRARY CONFIG_FILE DATA_PATH LOG_FILE HOST HTTP_PORT TCP_PORT
 *
 * Hashes of passwords and limits come in the environment, where the configuration reads them.
 * The engine repeats each query on standard output before it runs it, and stops at the first that fails: the last one
 * shows that both listeners are open, and are this process's own. Failures are told on standard error.
 *
 * Why a pseudo-terminal: without one `clickhouse local` installs an error handler that aborts the whole process
 * when a client's connection ends badly. With `--interactive` on a terminal it does not.
 *
 * Why confined: to this engine its users sit at its own keyboard, and some of its SQL opens files without asking for
 * a right. Nothing here may be asynchronous before that, not even loading: it is started as CommonJS.
 */
import { Socket } from 'node:net'
import { dirname } from 'node:path'

import { DataType, load, open } from 'ffi-rs'

import { confine } from './confine.ts'
import { becomeTerminal, duplicate, exitAtOnce } from './pseudo-terminal.ts'

/** What the engine and the C library read of the system; none of it is private. */
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
 * Ends at once. An orderly end brings nothing: it waits seconds for open connections, aborts for want of a working
 * directory, and what was acknowledged is on the disk already.
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
  // Not from the environment: as a part of the configuration it would have to be valid XML.
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
// It returns only when it could not start.
void running.finally(() => exitAtOnce(1))
