// Made from the build by scripts/api-report.mjs.
import { ZodMiniType } from "zod/mini";
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
interface Ignored {
    readonly path: string;
    readonly reason: string;
}
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
declare function workingDirectory(): string | null;
declare function checkGiven(given: NonNullable<LoadOptions["given"]>): void;
interface GivenPlaces {
    readonly config?: string | undefined;
    readonly data?: string | undefined;
    readonly clickhouse?: string | undefined;
    readonly partial?: boolean | undefined;
}
declare function configurationOf({ config, data, clickhouse, partial }: GivenPlaces): Configuration;
declare function configurationJsonSchema(): Record<string, unknown>;
declare function ignoredInWords({ path, reason }: Ignored): string;
declare const IGNORED_FIX = "If it is yours, correct its owner or mode; what RUNSPAN_CONFIG, RUNSPAN_DATA or --data name is used as it is.";
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
type ConfigurationErrorCode = "INVALID_CONFIGURATION" | "DIRECTORY_NOT_WRITABLE";
declare class ConfigurationError extends Error {
    override readonly name: string;
    readonly code: ConfigurationErrorCode;
    constructor(code: ConfigurationErrorCode, message: string, cause?: unknown);
}
declare function failureReason(error: unknown): string;
declare function invalidConfiguration(problems: readonly string[], cause?: unknown): ConfigurationError;
declare function printOnce(text: string): void;
declare function printTrackingIsOff(error: unknown): void;
declare function upwards(from: string, name: string, passes?: (path: string) => boolean): string | null;
export { type Configuration, ConfigurationError, type ConfigurationErrorCode, type DataDirectory, type GivenPlaces, IGNORED_FIX, type LoadOptions, type MetricGroup, SETTINGS, SETTING_NAMES, type Setting, type Source, TrackingConfig, type TrackingOptions, type Values, checkGiven, configurationJsonSchema, configurationOf, dataDirectory, dataDirectoryProblem, failureReason, holdsCredentials, ignoredInWords, invalidConfiguration, loadConfiguration, makeDataDirectory, openSpansDirectory, printOnce, printTrackingIsOff, shownValue, spoolDirectory, upwards, workingDirectory };
