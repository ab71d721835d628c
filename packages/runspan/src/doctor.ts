import { accessSync, constants, existsSync, readdirSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'

import { readLosses } from '@runspan/clickhouse'
import { ENGINE_VERSION, findEmbedded } from '@runspan/embedded'
import { dataDirectory, spoolDirectory } from '@runspan/instrumentation'

import { type DataOptions, openData } from './open-data.ts'
import { bytes } from './terminal/numbers.ts'

/** One thing that was looked at. */
export interface Check {
  readonly check: string
  readonly ok: boolean
  readonly detail: string
  /** What to do; null when all is well. */
  readonly fix: string | null
}

/** Looks at everything Runspan depends on. Never throws: what cannot be looked at is a check that failed. */
export async function examine(options: DataOptions): Promise<Check[]> {
  const checks = [nodeVersion(), dataDirectoryCheck(options), openTelemetry(), spool(options), losses(options)]
  checks.push(await database(options))
  return checks
}

function good(check: string, detail: string): Check {
  return { check, ok: true, detail, fix: null }
}

function bad(check: string, detail: string, fix: string): Check {
  return { check, ok: false, detail, fix }
}

function nodeVersion(): Check {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
  const enough = major > 20 || (major === 20 && minor >= 19)
  const detail = `${process.version} on ${process.platform} ${process.arch}`
  return enough ? good('Node.js', detail) : bad('Node.js', detail, 'Node.js 20.19 or later is needed.')
}

function dataDirectoryCheck(options: DataOptions): Check {
  const { path, from } = dataDirectory(options.data)
  const where = `${path} (${from})`
  const existing = existsSync(path) ? path : dirname(path)
  try {
    accessSync(existing, constants.W_OK)
    return good('data directory', existsSync(path) ? where : `${where}, made when something is recorded`)
  } catch (error) {
    return bad(
      'data directory',
      `${where}: ${String(error)}`,
      'Make it writable, or name another by --data or RUNSPAN_DATA.',
    )
  }
}

/** Variables that change what is recorded, with their values; those that may hold secrets only by name. */
function openTelemetry(): Check {
  const set = Object.entries(process.env).filter(([key]) => /^(OTEL_|RUNSPAN_)/.test(key))
  const shown = set.map(([key, value]) =>
    /HEADERS|URL|PASSWORD|TOKEN|KEY/.test(key) ? `${key} (set)` : `${key}=${value}`,
  )
  if ((process.env['OTEL_SDK_DISABLED'] ?? '').toLowerCase() === 'true') {
    return bad('environment', 'OTEL_SDK_DISABLED=true: nothing is recorded', 'Unset OTEL_SDK_DISABLED.')
  }
  return good(
    'environment',
    shown.length === 0 ? 'no OTEL_ or RUNSPAN_ variable is set: defaults hold' : shown.join(', '),
  )
}

function spool(options: DataOptions): Check {
  const directory = spoolDirectory(dataDirectory(options.data).path)
  if (!existsSync(directory)) return good('spool', 'nothing waits')
  const waiting = readdirSync(directory).filter((name) => /\.(segment|open)$/.test(name))
  const size = waiting.reduce(
    (sum, name) => sum + (statSync(join(directory, name), { throwIfNoEntry: false })?.size ?? 0),
    0,
  )
  return good(
    'spool',
    waiting.length === 0 ? 'nothing waits' : `${waiting.length} segments, ${bytes(size)}, wait to be taken in`,
  )
}

function losses(options: DataOptions): Check {
  const lost = readLosses(spoolDirectory(dataDirectory(options.data).path))
  if (lost.length === 0) return good('losses', 'nothing was lost')
  const byReason = new Map<string, number>()
  for (const { reason, rows } of lost) byReason.set(reason, (byReason.get(reason) ?? 0) + rows)
  const words = [...byReason].map(([reason, rows]) => `${rows} records: ${reason}`).join('; ')
  return bad(
    'losses',
    `${words}. Last: ${lost.at(-1)!.detail}`,
    `Details are in ${join(spoolDirectory(dataDirectory(options.data).path), 'losses.jsonl')}; remove it once you have seen to it.`,
  )
}

async function database(options: DataOptions): Promise<Check> {
  try {
    const { path } = dataDirectory(options.data)
    const running = (options.clickhouse ?? process.env['RUNSPAN_CLICKHOUSE_URL']) ? null : await findEmbedded(path)
    const data = await openData(options)
    try {
      const [row] = await data.clickhouse.query<{ version: string; runs: number }>(
        'SELECT version() AS version, (SELECT toFloat64(uniqExact(run_id)) FROM workflow_runs) AS runs',
      )
      const kind =
        data.server === null
          ? `yours at ${data.clickhouse.address}`
          : running === null
            ? `embedded (${ENGINE_VERSION}), started for this check`
            : `embedded, running as process ${running.pid}`
      return good('ClickHouse', `${row!.version}, ${kind}; schema applied, ${row!.runs} runs`)
    } finally {
      await data.close()
    }
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error)
    return bad(
      'ClickHouse',
      message,
      'The message says what is missing; or point to a server of yours: --clickhouse http://user:password@host:8123/database',
    )
  }
}
