import type { Receiver } from '@runspan/collector'
import { InvalidArgumentError, Option } from 'commander'

import { shellWord } from '../../terminal/shell-word.ts'
import { printJson, printLines, printNotice } from '../output.ts'
import { onNpmEnd } from '../parent-watch.ts'
import { exitOnStopSignal, STOP_SIGNALS } from '../stop-signals.ts'
import { type DataFlags, dataFrom, type Verb, verb, withData } from '../verb.ts'

/** How soon one who joined the server notices that it went with the process that started it. */
const CHECK_MS = 2000

interface Flags extends DataFlags {
  readonly port?: number
  readonly host?: string
  readonly otlp: boolean
  readonly otlpPort?: number
  readonly otlpGrpcPort?: number
  readonly json?: true
}

/** `runspan up`: keeps the server up, takes in what processes record, ends what died, evaluates alerts. */
export const upVerb: Verb = () =>
  withData(
    verb('up', 'keeps the server up, takes in what processes record, evaluates alerts', [
      'runspan up',
      'runspan up --port 8123',
    ]),
  )
    .addOption(new Option('--port <port>', 'HTTP port of ClickHouse (default: a free one)').argParser(parsePort))
    .addOption(new Option('--host <address>', 'address to listen on').default('127.0.0.1'))
    .addOption(
      new Option('--otlp-port <port>', 'port of OTLP/HTTP (default: 4318, or a free one)').argParser(parsePort),
    )
    .addOption(
      new Option('--otlp-grpc-port <port>', 'port of OTLP/gRPC (default: 4317, or a free one)').argParser(parsePort),
    )
    .option('--no-otlp', 'takes no OTLP in')
    .addHelpText(
      'after',
      '\nWith RUNSPAN_OTLP_TOKEN set, whoever sends OTLP has to say "Authorization: Bearer <token>".\nPages of origins in RUNSPAN_OTLP_ALLOWED_ORIGINS may send OTLP from browsers.',
    )
    .action(async (flags: Flags) => {
      const started = exitOnStopSignal()
      // gRPC prints of its own that a port is taken, before the error that says so comes here
      process.env['GRPC_VERBOSITY'] ??= 'NONE'
      const { openData, startUpkeep } = await import('@runspan/workspace')
      const data = await openData({ ...dataFrom(flags), httpPort: flags.port, host: flags.host })
      // what waits, and what died meanwhile, is known before anything is said of it
      await data
        .deliver()
        .catch((error: unknown) => printNotice(`runspan: what waits in the spool is taken in later: ${String(error)}`))
      data.keepDelivering()
      const { startAlerts } = await import('../../configured-alerts.ts')
      const alerts = await startOrClose(data, () => startAlerts(data))
      const upkeep = startUpkeep(data, printNotice)
      const { server, dataDir } = data
      const { otlpAllowedOrigins } = data.configuration.values
      const otlp = flags.otlp ? await startOrClose(data, () => takeOtlpIn(dataDir, otlpAllowedOrigins, flags)) : null
      const address = server?.url ?? `http://${data.clickhouse.address}`
      if (flags.json) {
        printJson({
          clickhouse: address,
          otlp: otlp?.httpUrl ?? null,
          otlpGrpc: otlp?.grpcAddress ?? null,
          user: server?.readerUser ?? null,
          dataDir,
          pid: server?.pid ?? process.pid,
        })
      } else {
        printLines([
          `ClickHouse   ${address}${server === null ? '' : ` (native ${server.host}:${server.tcpPort}), database ${server.database}`}`,
          ...(server === null
            ? []
            : [
                `Users        ${server.readerUser} (reads), ${server.user} (writes)`,
                `Passwords    ${dataDir}/server.json`,
              ]),
          `Data         ${dataDir}`,
          ...(otlp === null ? [] : [`OTLP         ${otlp.httpUrl} (HTTP), ${otlp.grpcAddress} (gRPC)`]),
          '',
          'For programs that record here:',
          `  export RUNSPAN_DATA=${shellWord(dataDir)}`,
          '  node --import @runspan/instrumentation/register app.js',
          '',
          ...(otlp === null
            ? []
            : ['For programs that send OTLP:', `  export OTEL_EXPORTER_OTLP_ENDPOINT=${otlp.httpUrl}`, '']),
        ])
        printNotice(
          server?.started === false
            ? `The server runs already (${server.pid})${otherPort(flags, server)}; this one takes over when its process ends. Ctrl-C ends this one.`
            : 'Up. Ctrl-C stops it.',
        )
      }
      await untilStopped(() => data.keepUp(), started)
      await Promise.all([alerts.stop(), upkeep.stop(), otlp?.close()])
      await data
        .deliver()
        .catch((error: unknown) =>
          printNotice(`runspan: what waits in the spool is taken in next time: ${String(error)}`),
        )
      await data.close()
    })

async function takeOtlpIn(
  dataDir: string,
  allowedOrigins: readonly string[],
  { host, otlpPort, otlpGrpcPort }: Flags,
): Promise<Receiver> {
  const { startOtlpIn } = await import('@runspan/workspace')
  const bearerToken = process.env['RUNSPAN_OTLP_TOKEN'] || undefined
  if (bearerToken === undefined && host !== undefined && !LOOPBACK.has(host)) {
    printNotice('runspan: whoever can reach this machine can send OTLP: set RUNSPAN_OTLP_TOKEN, or use --no-otlp.')
  }
  return startOtlpIn({ dataDir, host, httpPort: otlpPort, grpcPort: otlpGrpcPort, bearerToken, allowedOrigins })
}

const LOOPBACK: ReadonlySet<string> = new Set(['127.0.0.1', '::1', 'localhost'])

/** A configuration that cannot be used ends it as it was before. */
async function startOrClose<T>(data: { close(): Promise<void> }, start: () => T | Promise<T>): Promise<T> {
  try {
    return await start()
  } catch (error) {
    await data.close()
    throw error
  }
}

function otherPort({ port }: Flags, { httpPort }: { readonly httpPort: number }): string {
  return port === undefined || port === httpPort ? '' : `, on port ${httpPort} and not on ${port}`
}

function parsePort(text: string): number {
  const port = Number(text)
  if (!Number.isInteger(port) || port < 1 || port > 65_535)
    throw new InvalidArgumentError('Give a port from 1 to 65535.')
  return port
}

/** Waits for SIGINT, SIGTERM, SIGHUP or the end of the npm that started this; the timer keeps the process alive meanwhile, and the server. */
async function untilStopped(keepUp: () => Promise<void>, started: () => void): Promise<void> {
  let trouble = ''
  const check = async (): Promise<void> => {
    try {
      await keepUp()
      trouble = ''
    } catch (error) {
      const text = String(error)
      if (text !== trouble) printNotice(`runspan: the server is down and cannot be started: ${text}`)
      trouble = text
    }
  }
  const alive = setInterval(() => void check(), CHECK_MS)
  await new Promise<void>((resolve) => {
    for (const signal of STOP_SIGNALS) process.once(signal, () => resolve())
    started()
    onNpmEnd(resolve)
  })
  clearInterval(alive)
}
