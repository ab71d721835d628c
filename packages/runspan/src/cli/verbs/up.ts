import type { Receiver } from '@runspan/collector'
import { InvalidArgumentError } from 'commander'

import { shellWord } from '../../terminal/shell-word.ts'
import { defineVerb, type ValuesOf, type Verb } from '../define-verb.ts'
import { DATA, dataFrom, JSON_OPTION, negation, parsed, text } from '../options.ts'
import { printJson, printLines, printNotice } from '../output.ts'
import { onNpmEnd } from '../parent-watch.ts'
import { exitOnStopSignal, STOP_SIGNALS } from '../stop-signals.ts'

/** Interval at which a process that joined a server checks that the server still runs. */
const CHECK_MS = 2000

/** Addresses it listens on. */
const ADDRESSES = {
  port: parsed('<port>', parsePort, 'HTTP port of ClickHouse (default: a free one)'),
  host: text('<address>', 'address to listen on', { default: '127.0.0.1' }),
  otlpPort: parsed('<port>', parsePort, 'port of OTLP/HTTP (default: 4318, or a free one)'),
  otlpGrpcPort: parsed('<port>', parsePort, 'port of OTLP/gRPC (default: 4317, or a free one)'),
}

type Addresses = ValuesOf<typeof ADDRESSES>

/** `runspan up`: keeps the server up, takes in what processes record, ends what died, evaluates alerts. */
export const upVerb: Verb = defineVerb({
  name: 'up',
  summary: 'keeps the server up, takes in what processes record, evaluates alerts',
  examples: ['runspan up', 'runspan up --port 8123'],
  notes:
    'With RUNSPAN_OTLP_TOKEN set, whoever sends OTLP has to say "Authorization: Bearer <token>".\nPages of origins in RUNSPAN_OTLP_ALLOWED_ORIGINS may send OTLP from browsers.',
  options: { ...JSON_OPTION, ...DATA, ...ADDRESSES, otlp: negation('takes no OTLP in') },
  run: async (input) => {
    const started = exitOnStopSignal()
    // gRPC prints its own message for a taken port before it throws
    process.env['GRPC_VERBOSITY'] ??= 'NONE'
    const { openData, startUpkeep } = await import('@runspan/workspace')
    const data = await openData({ ...dataFrom(input), httpPort: input.port, host: input.host })
    // imports waiting records and ends dead runs before alerts are evaluated
    await data
      .deliver()
      .catch((error: unknown) => printNotice(`runspan: what waits in the spool is taken in later: ${String(error)}`))
    data.keepDelivering()
    const { startAlerts } = await import('../../configured-alerts.ts')
    const alerts = await startOrClose(data, () => startAlerts(data))
    const upkeep = startUpkeep(data, printNotice)
    const { server, dataDir } = data
    const { otlpAllowedOrigins } = data.configuration.values
    const otlp = input.otlp ? await startOrClose(data, () => takeOtlpIn(dataDir, otlpAllowedOrigins, input)) : null
    const address = server?.url ?? `http://${data.clickhouse.address}`
    if (input.json) {
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
          ? `The server runs already (${server.pid})${otherPort(input, server)}; this one takes over when its process ends. Ctrl-C ends this one.`
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
  },
})

async function takeOtlpIn(
  dataDir: string,
  allowedOrigins: readonly string[],
  { host, otlpPort, otlpGrpcPort }: Addresses,
): Promise<Receiver> {
  const { startOtlpIn } = await import('@runspan/workspace')
  const bearerToken = process.env['RUNSPAN_OTLP_TOKEN'] || undefined
  if (bearerToken === undefined && host !== undefined && !LOOPBACK.has(host)) {
    printNotice('runspan: whoever can reach this machine can send OTLP: set RUNSPAN_OTLP_TOKEN, or use --no-otlp.')
  }
  return startOtlpIn({ dataDir, host, httpPort: otlpPort, grpcPort: otlpGrpcPort, bearerToken, allowedOrigins })
}

const LOOPBACK: ReadonlySet<string> = new Set(['127.0.0.1', '::1', 'localhost'])

/** Returns what `start` starts, and closes the data if it throws: an unusable configuration leaves nothing running. */
async function startOrClose<T>(data: { close(): Promise<void> }, start: () => T | Promise<T>): Promise<T> {
  try {
    return await start()
  } catch (error) {
    await data.close()
    throw error
  }
}

function otherPort({ port }: Addresses, { httpPort }: { readonly httpPort: number }): string {
  return port === undefined || port === httpPort ? '' : `, on port ${httpPort} and not on ${port}`
}

function parsePort(given: string): number {
  const port = Number(given)
  if (!Number.isInteger(port) || port < 1 || port > 65_535)
    throw new InvalidArgumentError('Give a port from 1 to 65535.')
  return port
}

/** Waits for SIGINT, SIGTERM, SIGHUP or the end of the npm that started this process. The timer keeps the process and the server alive. */
async function untilStopped(keepUp: () => Promise<void>, started: () => void): Promise<void> {
  let trouble = ''
  const check = async (): Promise<void> => {
    try {
      await keepUp()
      trouble = ''
    } catch (error) {
      const problem = String(error)
      if (problem !== trouble) printNotice(`runspan: the server is down and cannot be started: ${problem}`)
      trouble = problem
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
