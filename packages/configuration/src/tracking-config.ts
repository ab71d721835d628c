import { CODE_SETTINGS } from './file-settings.ts'
import { invalidConfiguration } from './nested-schema.ts'
import { type MetricGroup, SETTING_NAMES, SETTINGS, type Values } from './settings.ts'

/** What a `TrackingConfig` is made with; what is left out is found as for a program that configures nothing. */
export interface TrackingOptions {
  /** Whether anything is recorded. Default true. */
  readonly enabled?: boolean | undefined
  /** Whether tasks and the process are measured. Default true. */
  readonly collectMetrics?: boolean | undefined
  /** Seconds between samples of the process, 0.1 to 86400. Default 1. */
  readonly metricInterval?: number | undefined
  /** What is measured. Default all. */
  readonly metricsInclude?: readonly MetricGroup[] | undefined
  /** Whether each task is told its own CPU time. Default false. */
  readonly perTaskCpu?: boolean | undefined
  /** This version has `clickhouse` only. */
  readonly storageBackend?: 'clickhouse' | undefined
  readonly storageConfig?:
    | {
        /** The data directory. */
        readonly path?: string | undefined
        /** A ClickHouse of yours, `http://user:password@host:8123/database`. */
        readonly connectionString?: string | undefined
        readonly format?: 'json' | 'yaml' | undefined
        readonly compress?: boolean | undefined
      }
    | undefined
  /** Whether questions to a cluster are answered, and said to be partial, when a shard does not answer. Default false: they fail. */
  readonly partial?: boolean | undefined
  /** Days after which what was recorded is removed. Default: kept. */
  readonly retentionDays?: number | undefined
  /** How many ended runs are kept. Default: all. */
  readonly retentionMaxRuns?: number | undefined
  /** Origins of pages that may send OTLP to `runspan up`, or `*`. Default: none. */
  readonly otlpAllowedOrigins?: readonly string[] | undefined
  /** Address of a run in a viewer of traces, `http://jaeger:16686/trace/{traceId}`. Default: none. */
  readonly traceUrl?: string | undefined
  /** Address of a run in a dashboard, with `{runId}`, `{workflow}`, `{traceId}`, `{from}`, `{to}` in milliseconds. Default: none. */
  readonly dashboardUrl?: string | undefined
}

/** Configuration in code, which stands above environment and file. */
export class TrackingConfig {
  /** What was given, by the names of the settings. */
  readonly given: Partial<Values>

  /** Throws `INVALID_CONFIGURATION`, also for a name that is none. */
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
