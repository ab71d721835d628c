import { CODE_SETTINGS } from './file-settings.ts'
import { invalidConfiguration } from './nested-schema.ts'
import { type MetricGroup, SETTING_NAMES, SETTINGS, type Values } from './settings.ts'

/** Options of a `TrackingConfig`; environment, file and defaults set what is left out. */
export interface TrackingOptions {
  /** Whether runs are recorded. Default true. */
  readonly enabled?: boolean | undefined
  /** Whether tasks and the process are measured. Default true. */
  readonly collectMetrics?: boolean | undefined
  /** Seconds between samples of the process, 0.1 to 86400. Default 1. */
  readonly metricInterval?: number | undefined
  /** Groups that are measured. Default all. */
  readonly metricsInclude?: readonly MetricGroup[] | undefined
  /** Whether CPU time is attributed to each task. Default false. */
  readonly perTaskCpu?: boolean | undefined
  /** Only `clickhouse` in this version. */
  readonly storageBackend?: 'clickhouse' | undefined
  readonly storageConfig?:
    | {
        /** The data directory. */
        readonly path?: string | undefined
        /** URL of your ClickHouse, `http://user:password@host:8123/database`. */
        readonly connectionString?: string | undefined
        readonly format?: 'json' | 'yaml' | undefined
        readonly compress?: boolean | undefined
      }
    | undefined
  /**
   * Whether queries to a cluster return partial, marked results when a shard does not respond. Default false: they fail.
   */
  readonly partial?: boolean | undefined
  /** Days after which recorded data is deleted. Default: kept. */
  readonly retentionDays?: number | undefined
  /** Maximum ended runs that are kept. Default: all. */
  readonly retentionMaxRuns?: number | undefined
  /** Origins of web pages that may send OTLP to `runspan up`, or `*`. Default: none. */
  readonly otlpAllowedOrigins?: readonly string[] | undefined
  /** URL of a run in a trace viewer, `http://jaeger:16686/trace/{traceId}`. Default: none. */
  readonly traceUrl?: string | undefined
  /**
   * URL of a run in a dashboard, with `{runId}`, `{workflow}`, `{traceId}`, and `{from}`, `{to}` in milliseconds. Default:
   * none.
   */
  readonly dashboardUrl?: string | undefined
}

/**
 * Configuration in code, which overrides environment and file.
 *
 * @example
 * const config = new TrackingConfig({ metricInterval: 0.5, storageConfig: { path: '/var/lib/app/runspan' } })
 * const taskManager = new TaskManager({ config })
 */
export class TrackingConfig {
  /** Given values, by the names of the settings. */
  readonly given: Partial<Values>

  /** Throws `INVALID_CONFIGURATION`, also for an unknown name. */
  constructor(options: TrackingOptions = {}) {
    const defined = withoutUndefined(options)
    const problems = CODE_SETTINGS.problemsOf(defined)
    if (problems.length > 0) throw invalidConfiguration(problems.map(({ text }) => `TrackingConfig: ${text}`))
    const entries = SETTING_NAMES.map((name) => [name, valueAt(defined, SETTINGS[name].option)] as const)
    this.given = Object.fromEntries(entries.filter(([, value]) => value !== undefined)) as Partial<Values>
  }
}

function withoutUndefined(options: unknown): unknown {
  if (typeof options !== 'object' || options === null || Array.isArray(options)) return options
  return Object.fromEntries(
    Object.entries(options)
      .filter(([, value]) => value !== undefined)
      .map(([key, value]) => [key, withoutUndefined(value)]),
  )
}

function valueAt(document: unknown, key: string): unknown {
  return key
    .split('.')
    .reduce<unknown>((value, part) => (value as Record<string, unknown> | undefined)?.[part], document)
}
