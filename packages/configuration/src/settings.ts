import { z, type ZodMiniType } from 'zod/mini'

/** Groups of measurements of the process and its tasks. */
export type MetricGroup = 'cpu' | 'memory' | 'disk_io' | 'network_io'

/** All settings, with a value for each. */
export interface Values {
  /** Whether runs are recorded; reading works either way. */
  readonly enabled: boolean
  readonly backend: 'clickhouse'
  /** URL of your ClickHouse; null for the embedded one. */
  readonly clickhouse: string | null
  /** Whether queries to a cluster are answered without the shards that do not respond. */
  readonly partial: boolean
  /** Absolute path of the data directory. */
  readonly dataDir: string
  /** Reserved for file storage, not available yet. */
  readonly storageFormat: 'json' | 'yaml'
  readonly storageCompress: boolean
  /** Whether tasks and the process are measured. */
  readonly collectMetrics: boolean
  readonly metricsIntervalSeconds: number
  readonly metricsInclude: readonly MetricGroup[]
  /** Whether CPU time is attributed to each task, by following its asynchronous calls. */
  readonly perTaskCpu: boolean
  /** Days after which telemetry is deleted; null keeps it. */
  readonly retentionDays: number | null
  /** Maximum ended runs that are kept; null keeps all. */
  readonly retentionMaxRuns: number | null
  /** Origins of web pages that may send OTLP to `runspan up`. */
  readonly otlpAllowedOrigins: readonly string[]
  /** URL template of a run in a trace viewer, with placeholders in braces; null if there is none. */
  readonly traceUrl: string | null
  /** URL template of a run in a dashboard, with placeholders in braces; null if there is none. */
  readonly dashboardUrl: string | null
}

/** Definition of one setting. */
export interface Setting<Value> {
  /** Keys below `tracking` in the file; the first one found counts. */
  readonly keys: readonly string[]
  /** Environment variables; the first one found counts. */
  readonly variables: readonly string[]
  /** Its name in `TrackingConfig`. */
  readonly option: string
  readonly schema: ZodMiniType<NonNullable<Value>>
  /** Allowed values, to follow "must be". */
  readonly allowed: string
  readonly default: Value
  /** Description for the JSON Schema and the documentation. */
  readonly about: string
  /** Converts a variable's text to the type of the schema. */
  readonly fromText: (text: string) => unknown
  /** Unit, printed after the value. */
  readonly unit?: string
  /** True if it may contain a password, which is never shown. */
  readonly isSecret?: true
  /** True if it is accepted but has no effect in this version. */
  readonly isUnused?: true
}

const TRUE_OR_FALSE: Readonly<Record<string, boolean>> = {
  true: true,
  yes: true,
  on: true,
  '1': true,
  false: false,
  no: false,
  off: false,
  '0': false,
}
const flag = (text: string): unknown => TRUE_OR_FALSE[text.trim().toLowerCase()] ?? text
const number = (text: string): unknown => (/^[-+]?[\d.]+(e[-+]?\d+)?$/i.test(text.trim()) ? Number(text) : text)
const plain = (text: string): unknown => text
const list = (text: string): unknown =>
  text
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '')
/** An origin as browsers send it: without path and trailing slash. */
const ORIGIN = /^(?:\*|https?:\/\/[^\s/?#@,*]+|[a-z][a-z\d+.-]*-extension:\/\/[\w-]+)$/i
const LINK = /^https?:\/\/(?:[^{}\s]|\{(?:traceId|runId|workflow|from|to)\})+$/
const link = z.string().check(z.maxLength(2000), z.regex(LINK))
const LINK_ALLOWED =
  'an http or https URL, in which {traceId}, {runId}, {workflow}, {from}, {to} stand for values of a run'
const wholeNumber = (highest: number): ZodMiniType<number> => z.int().check(z.minimum(1), z.maximum(highest))

/** All settings in the order in which they are shown. Add a new one here and in docs/configuration.md. */
export const SETTINGS: { readonly [Name in keyof Values]: Setting<Values[Name]> } = {
  enabled: {
    keys: ['enabled'],
    variables: ['RUNSPAN_TRACKING_ENABLED'],
    option: 'enabled',
    schema: z.boolean(),
    allowed: 'true or false',
    default: true,
    about: 'Whether anything is recorded. Functions run, and what was recorded can be read, either way.',
    fromText: flag,
  },
  backend: {
    keys: ['backend'],
    variables: ['RUNSPAN_TRACKING_BACKEND'],
    option: 'storageBackend',
    schema: z.enum(['clickhouse']),
    allowed: 'clickhouse, the only storage of this version',
    default: 'clickhouse',
    about: 'Where runs are stored. This version has clickhouse only.',
    fromText: plain,
  },
  clickhouse: {
    keys: ['clickhouse', 'storage.connection_string'],
    variables: ['RUNSPAN_CLICKHOUSE_URL', 'RUNSPAN_TRACKING_DB'],
    option: 'storageConfig.connectionString',
    schema: z.string().check(z.minLength(1)),
    allowed: 'a URL such as http://user:password@host:8123/database',
    default: null,
    about: 'A ClickHouse of yours, http://user:password@host:8123/database. Without one, the embedded server is used.',
    fromText: plain,
    isSecret: true,
  },
  partial: {
    keys: ['partial'],
    variables: ['RUNSPAN_PARTIAL'],
    option: 'partial',
    schema: z.boolean(),
    allowed: 'true or false',
    default: false,
    about:
      'Whether questions to a cluster are answered, and said to be partial, when a shard does not answer. Without it they fail.',
    fromText: flag,
  },
  dataDir: {
    keys: ['storage.path'],
    variables: ['RUNSPAN_DATA', 'RUNSPAN_TRACKING_PATH'],
    option: 'storageConfig.path',
    schema: z.string().check(z.minLength(1)),
    allowed: 'the path of a directory',
    default: '',
    about:
      'The data directory; relative to this file, ~ is the home directory. Default: the nearest .runspan, else one beside package.json.',
    fromText: plain,
  },
  storageFormat: {
    keys: ['storage.format'],
    variables: [],
    option: 'storageConfig.format',
    schema: z.enum(['json', 'yaml']),
    allowed: 'json or yaml',
    default: 'json',
    about: 'Reserved for file storage, not available yet.',
    fromText: plain,
    isUnused: true,
  },
  storageCompress: {
    keys: ['storage.compress'],
    variables: [],
    option: 'storageConfig.compress',
    schema: z.boolean(),
    allowed: 'true or false',
    default: false,
    about: 'Reserved for file storage, not available yet.',
    fromText: flag,
    isUnused: true,
  },
  collectMetrics: {
    keys: ['metrics.enabled'],
    variables: ['RUNSPAN_COLLECT_METRICS'],
    option: 'collectMetrics',
    schema: z.boolean(),
    allowed: 'true or false',
    default: true,
    about: 'Whether tasks and the process are measured.',
    fromText: flag,
  },
  metricsIntervalSeconds: {
    keys: ['metrics.interval'],
    variables: ['RUNSPAN_METRICS_INTERVAL'],
    option: 'metricInterval',
    schema: z.number().check(z.minimum(0.1), z.maximum(86_400)),
    allowed: '0.1 to 86400 seconds',
    default: 1,
    about: 'Seconds between samples of the process.',
    fromText: number,
    unit: 's',
  },
  metricsInclude: {
    keys: ['metrics.include'],
    variables: [],
    option: 'metricsInclude',
    schema: z.array(z.enum(['cpu', 'memory', 'disk_io', 'network_io'])),
    allowed: 'a list of cpu, memory, disk_io, network_io',
    default: ['cpu', 'memory', 'disk_io', 'network_io'],
    about: 'What is measured: CPU and memory of the process are sampled, bytes of its sockets are counted.',
    fromText: plain,
  },
  perTaskCpu: {
    keys: ['metrics.per_task_cpu'],
    variables: ['RUNSPAN_CPU_ATTRIBUTION'],
    option: 'perTaskCpu',
    schema: z.boolean(),
    allowed: 'true or false',
    default: false,
    about: 'Whether each task is told its own CPU time where several run at once, by following its asynchronous calls.',
    fromText: flag,
  },
  retentionDays: {
    keys: ['retention.days'],
    variables: ['RUNSPAN_TRACKING_RETENTION_DAYS'],
    option: 'retentionDays',
    schema: wholeNumber(36_500),
    allowed: 'a whole number of days from 1 to 36500',
    default: null,
    about: 'Days after which what was recorded is removed, by `runspan up`. Without it all is kept.',
    fromText: number,
    unit: 'days',
  },
  retentionMaxRuns: {
    keys: ['retention.max_runs'],
    variables: [],
    option: 'retentionMaxRuns',
    schema: wholeNumber(1_000_000_000),
    allowed: 'a whole number from 1 to 1000000000',
    default: null,
    about: 'How many ended runs are kept, the newest; `runspan up` removes the others. Without it all are kept.',
    fromText: number,
  },
  otlpAllowedOrigins: {
    keys: ['otlp.allowed_origins'],
    variables: ['RUNSPAN_OTLP_ALLOWED_ORIGINS'],
    option: 'otlpAllowedOrigins',
    schema: z.array(z.string().check(z.maxLength(300), z.regex(ORIGIN))).check(z.maxLength(100)),
    allowed: 'a list of at most 100 origins such as https://app.example.com, or *',
    default: [],
    about:
      'Origins of pages whose browsers may send OTLP to `runspan up`, such as https://app.example.com; * is any. Without it none may.',
    fromText: list,
  },
  traceUrl: {
    keys: ['links.trace'],
    variables: ['RUNSPAN_TRACE_URL'],
    option: 'traceUrl',
    schema: link,
    allowed: LINK_ALLOWED,
    default: null,
    about:
      'Address of a run in your viewer of traces: http://jaeger:16686/trace/{traceId}. Shown where a run is shown.',
    fromText: plain,
  },
  dashboardUrl: {
    keys: ['links.dashboard'],
    variables: ['RUNSPAN_DASHBOARD_URL'],
    option: 'dashboardUrl',
    schema: link,
    allowed: LINK_ALLOWED,
    default: null,
    about:
      'Address of a run in your dashboards: https://grafana/d/runspan-run?var-run={runId}&from={from}&to={to}; times in milliseconds.',
    fromText: plain,
  },
}

/** The names of the settings. */
export const SETTING_NAMES: readonly (keyof Values)[] = Object.keys(SETTINGS) as (keyof Values)[]
