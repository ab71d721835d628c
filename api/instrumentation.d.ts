// Made from the build by scripts/api-report.mjs.
import { TracerProvider } from "@opentelemetry/api";
import { LoggerProvider } from "@opentelemetry/api-logs";
import { Spool } from "@runspan/spool";
import { ZodMiniType } from "zod/mini";
import { SpanProcessor } from "@opentelemetry/sdk-trace-base";
declare function configurationJsonSchema(): Record<string, unknown>;
interface Ignored {
    readonly path: string;
    readonly reason: string;
}
declare function ignoredInWords({ path, reason }: Ignored): string;
declare const IGNORED_FIX = "If it is yours, correct its owner or mode; what RUNSPAN_CONFIG, RUNSPAN_DATA or --data name is used as it is.";
type MetricGroup = "cpu" | "memory" | "disk_io" | "network_io";
interface Values {
    readonly enabled: boolean;
    readonly backend: "clickhouse";
    readonly clickhouse: string | null;
    readonly partial: boolean;
    readonly dataDir: string;
    readonly storageFormat: "json" | "yaml";
    readonly storageCompress: boolean;
    readonly collectMetrics: boolean;
    readonly metricsIntervalSeconds: number;
    readonly metricsInclude: readonly MetricGroup[];
    readonly perTaskCpu: boolean;
    readonly retentionDays: number | null;
    readonly retentionMaxRuns: number | null;
    readonly otlpAllowedOrigins: readonly string[];
    readonly traceUrl: string | null;
    readonly dashboardUrl: string | null;
}
interface Setting<Value> {
    readonly keys: readonly string[];
    readonly variables: readonly string[];
    readonly option: string;
    readonly schema: ZodMiniType<NonNullable<Value>>;
    readonly allowed: string;
    readonly default: Value;
    readonly about: string;
    readonly fromText: (text: string) => unknown;
    readonly unit?: string;
    readonly isSecret?: true;
    readonly isUnused?: true;
}
declare const SETTINGS: {
    readonly [Name in keyof Values]: Setting<Values[Name]>;
};
declare const SETTING_NAMES: readonly (keyof Values)[];
interface Source {
    readonly layer: "code" | "environment" | "file" | "default";
    readonly name: string;
}
interface Configuration {
    readonly values: Values;
    readonly sources: {
        readonly [Name in keyof Values]: Source;
    };
    readonly file: string | null;
    readonly ignored: readonly Ignored[];
    readonly alerts: readonly unknown[];
    readonly targets: Readonly<Record<string, unknown>>;
    locate(path: readonly PropertyKey[]): string | null;
}
interface LoadOptions {
    readonly given?: {
        readonly [Name in keyof Values]?: Values[Name] | undefined;
    } | undefined;
    readonly givenBy?: string | undefined;
    readonly environment?: NodeJS.ProcessEnv | undefined;
    readonly from?: string | undefined;
    readonly home?: string | undefined;
}
declare function loadConfiguration(options?: LoadOptions): Configuration;
declare function checkGiven(given: NonNullable<LoadOptions["given"]>): void;
declare function shownValue(setting: Pick<Setting<unknown>, "isSecret" | "unit">, value: unknown): string;
declare function holdsCredentials(text: string): boolean;
interface TrackingOptions {
    readonly enabled?: boolean | undefined;
    readonly collectMetrics?: boolean | undefined;
    readonly metricInterval?: number | undefined;
    readonly metricsInclude?: readonly MetricGroup[] | undefined;
    readonly perTaskCpu?: boolean | undefined;
    readonly storageBackend?: "clickhouse" | undefined;
    readonly storageConfig?: {
        readonly path?: string | undefined;
        readonly connectionString?: string | undefined;
        readonly format?: "json" | "yaml" | undefined;
        readonly compress?: boolean | undefined;
    } | undefined;
    readonly partial?: boolean | undefined;
    readonly retentionDays?: number | undefined;
    readonly retentionMaxRuns?: number | undefined;
    readonly otlpAllowedOrigins?: readonly string[] | undefined;
    readonly traceUrl?: string | undefined;
    readonly dashboardUrl?: string | undefined;
}
declare class TrackingConfig {
    readonly given: Partial<Values>;
    constructor(options?: TrackingOptions);
}
interface DataDirectory {
    readonly path: string;
    readonly from: string;
}
declare function dataDirectory(given?: string, environment?: NodeJS.ProcessEnv, from?: string): DataDirectory;
declare function makeDataDirectory(path: string): void;
declare function dataDirectoryProblem(path: string): string | null;
declare function spoolDirectory(dataDir: string): string;
declare function openSpansDirectory(dataDir: string): string;
type InstrumentationErrorCode = "INVALID_CONFIGURATION" | "DIRECTORY_NOT_WRITABLE";
declare class InstrumentationError extends Error {
    override readonly name: string;
    readonly code: InstrumentationErrorCode;
    constructor(code: InstrumentationErrorCode, message: string, cause?: unknown);
}
declare function noTelemetry(): {
    readonly tracerProvider: TracerProvider;
    readonly loggerProvider: LoggerProvider;
};
declare function printOnce(text: string): void;
declare function printTrackingIsOff(error: unknown): void;
declare function hasRegisteredSdk(): boolean;
interface OtlpBackend {
    readonly endpoint?: string | undefined;
    readonly headers?: Readonly<Record<string, string>> | undefined;
}
declare function startCounting(): void;
interface InstrumentationOptions {
    readonly config?: TrackingConfig | undefined;
    readonly dataDir?: string | undefined;
    readonly clickhouse?: string | undefined;
    readonly hostMetrics?: boolean | undefined;
    readonly metricsIntervalSeconds?: number | undefined;
    readonly otlp?: readonly OtlpBackend[] | undefined;
    readonly spanProcessors?: readonly SpanProcessor[] | undefined;
}
interface Instrumentation {
    readonly configuration: Configuration;
    readonly dataDir: string;
    readonly spool: Spool;
    readonly joined: boolean;
    readonly tracerProvider: TracerProvider;
    readonly loggerProvider: LoggerProvider;
    shutdown(): Promise<void>;
}
declare function checkBackends(backends: readonly OtlpBackend[] | undefined): void;
declare function startInstrumentation(options?: InstrumentationOptions): Instrumentation;
export { type Configuration, type DataDirectory, IGNORED_FIX, type Instrumentation, InstrumentationError, type InstrumentationErrorCode, type InstrumentationOptions, type LoadOptions, type MetricGroup, type OtlpBackend, SETTINGS, SETTING_NAMES, type Setting, type Source, TrackingConfig, type TrackingOptions, type Values, checkBackends, checkGiven, configurationJsonSchema, dataDirectory, dataDirectoryProblem, hasRegisteredSdk, holdsCredentials, ignoredInWords, loadConfiguration, makeDataDirectory, noTelemetry, openSpansDirectory, printOnce, printTrackingIsOff, shownValue, spoolDirectory, startCounting, startInstrumentation };
