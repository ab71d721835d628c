import { existsSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'

import { databaseState } from '@runspan/analytics'
import { type ClickHouse, partialInWords, shardsAnswering } from '@runspan/clickhouse'
import {
  type Configuration,
  configurationOf,
  dataDirectoryProblem,
  holdsCredentials,
  IGNORED_FIX,
  ignoredInWords,
  SETTING_NAMES,
  SETTINGS,
  shownValue,
  spoolDirectory,
} from '@runspan/configuration'
import { ENGINE_VERSION, findEmbedded } from '@runspan/embedded'
import { readLosses } from '@runspan/spool'
import { behindSeconds, type DataOptions, openData } from '@runspan/workspace'

import { bytes, duration } from './terminal/numbers.ts'

/** Result of one check. */
export interface Check {
  readonly check: string
  readonly ok: boolean
  readonly detail: string
  /** What to do; null if the check passed. */
  readonly fix: string | null
  /** Seconds that delivery lags behind recording; only in the check of the spool. */
  readonly behindSeconds?: number
  /** For a setting: its key in the file, its effective value, and the source of that. */
  readonly setting?: { readonly key: string; readonly value: string; readonly source: string }
}

/** Checks everything Runspan depends on. Never throws: what cannot be checked is a failed check. */
export async function examine(options: DataOptions): Promise<Check[]> {
  let configuration: Configuration
  try {
    configuration = configurationOf(options)
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error)
    return [nodeVersion(), openTelemetry(), bad('configuration', message, 'Nothing is recorded until that is fixed.')]
  }
  const { dataDir } = configuration.values
  return [
    nodeVersion(),
    configurationCheck(configuration),
    ...configuration.ignored.map((one) => bad('ignored', ignoredInWords(one), IGNORED_FIX)),
    dataDirectoryCheck(dataDir, configuration.sources.dataDir.name),
    openTelemetry(),
    spool(dataDir),
    losses(dataDir),
    ...(await database(options, configuration)),
    ...settings(configuration),
  ]
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

function configurationCheck({ file, values, sources }: Configuration): Check {
  const where = file === null ? 'no file' : file
  if (values.enabled) return good('configuration', where)
  return bad(
    'configuration',
    `${where}; tracking is off by ${sources.enabled.name}: nothing is recorded`,
    'Switch it on there.',
  )
}

/** Returns every setting with its effective value and source; never a password. */
function settings({ values, sources }: Configuration): Check[] {
  return SETTING_NAMES.map((name) => {
    const { keys, isUnused } = SETTINGS[name]
    const key = `tracking.${keys[0]}`
    const value = shownValue(SETTINGS[name], values[name])
    const source = sources[name].name
    const note = isUnused && sources[name].layer !== 'default' ? '; the storage clickhouse has no use for it' : ''
    return { ...good(key, `${value} (${source})${note}`), setting: { key, value, source } }
  })
}

function dataDirectoryCheck(path: string, from: string): Check {
  const where = `${path} (${from})`
  const problem = dataDirectoryProblem(path)
  if (problem === null) {
    return good('data directory', existsSync(path) ? where : `${where}, made when something is recorded`)
  }
  return bad('data directory', `${where}: ${problem}`, 'Make it writable, or name another by --data or RUNSPAN_DATA.')
}

/** Returns variables that change what is recorded, with their values; those that may hold secrets only by name. */
function openTelemetry(): Check {
  const set = Object.entries(process.env).filter(([key]) => /^(OTEL_|RUNSPAN_)/.test(key))
  const shown = set.map(([key, value]) =>
    /HEADERS|URL|PASSWORD|TOKEN|KEY|SECRET|_DB$/.test(key) || holdsCredentials(value ?? '')
      ? `${key} (set)`
      : `${key}=${value}`,
  )
  return good(
    'environment',
    shown.length === 0 ? 'no OTEL_ or RUNSPAN_ variable is set: defaults apply' : shown.join(', '),
  )
}

function spool(dataDir: string): Check {
  const directory = spoolDirectory(dataDir)
  if (!existsSync(directory)) return good('spool', 'nothing waits')
  const waiting = readdirSync(directory).filter((name) => /\.(segment|open)$/.test(name))
  const size = waiting.reduce(
    (sum, name) => sum + (statSync(join(directory, name), { throwIfNoEntry: false })?.size ?? 0),
    0,
  )
  const behind = behindSeconds(directory)
  const since = behind === 0 ? '' : `; answers are ${duration(behind)} behind`
  return {
    ...good(
      'spool',
      waiting.length === 0
        ? 'nothing waits'
        : `${waiting.length} segments, ${bytes(size)}, wait to be taken in${since}`,
    ),
    behindSeconds: behind,
  }
}

function losses(dataDir: string): Check {
  const lost = readLosses(spoolDirectory(dataDir))
  if (lost.length === 0) return good('losses', 'nothing was lost')
  const byReason = new Map<string, number>()
  for (const { reason, rows } of lost) byReason.set(reason, (byReason.get(reason) ?? 0) + rows)
  const words = [...byReason].map(([reason, rows]) => `${rows} records: ${reason}`).join('; ')
  return bad(
    'losses',
    `${words}. Last: ${lost.at(-1)!.detail}`,
    `Details are in ${join(spoolDirectory(dataDir), 'losses.jsonl')}; remove it when that is resolved.`,
  )
}

async function database(options: DataOptions, configuration: Configuration): Promise<Check[]> {
  const { values } = configuration
  try {
    const running = values.clickhouse === null ? await findEmbedded(values.dataDir) : null
    const notices: string[] = []
    const data = await openData({
      ...options,
      configuration,
      onNotice: (text, about) => about === 'schema' && notices.push(text),
    })
    try {
      const cluster = await shards(data.clickhouse)
      if (cluster?.ok === false && !values.partial) return [cluster]
      const { version, runs } = await databaseState(data.clickhouse)
      const kind =
        data.server === null
          ? `yours at ${data.clickhouse.address}`
          : running === null
            ? `embedded (${ENGINE_VERSION}), started for this check`
            : `embedded, running as process ${running.pid}`
      const schema = notices.length === 0 ? '; schema applied' : ''
      return [
        good('ClickHouse', `${version}, ${kind}${schema}, ${runs} runs`),
        ...notices.map((text) => bad('schema', text, 'Update Runspan: npm install runspan@latest')),
        ...(cluster === null ? [] : [cluster]),
      ]
    } finally {
      await data.close()
    }
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error)
    return [
      bad(
        'ClickHouse',
        message,
        'The message says what is missing; or point to a server of yours: --clickhouse http://user:password@host:8123/database',
      ),
    ]
  }
}

/** Returns how many shards of a cluster respond; null without a cluster. */
async function shards(clickhouse: ClickHouse): Promise<Check | null> {
  const answering = await shardsAnswering(clickhouse)
  if (answering === null) return null
  const { cluster, shards: all, missing } = answering
  const detail = `${cluster}: ${all.length - missing.length} of ${all.length} shards answer`
  if (missing.length === 0) return good('cluster', detail)
  return bad(
    'cluster',
    `${detail}. ${partialInWords(answering)}`,
    'Start the missing shards; --partial (RUNSPAN_PARTIAL=1) reads without it meanwhile. What is recorded waits on disk.',
  )
}
