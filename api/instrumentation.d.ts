// Made from the build by scripts/api-report.mjs.
import { TracerProvider } from "@opentelemetry/api";
import { LoggerProvider } from "@opentelemetry/api-logs";
import { Configuration, TrackingConfig } from "@runspan/configuration";
import { Spool } from "@runspan/spool";
import { SpanProcessor } from "@opentelemetry/sdk-trace-base";
declare function noTelemetry(): {
    readonly tracerProvider: TracerProvider;
    readonly loggerProvider: LoggerProvider;
};
interface OtlpBackend {
    readonly endpoint?: string | undefined;
    readonly headers?: Readonly<Record<string, string>> | undefined;
}
declare function startCounting(): void;
interface InstrumentationOptions {
    readonly configuration?: Configuration | undefined;
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
export { type Instrumentation, type InstrumentationOptions, type OtlpBackend, checkBackends, noTelemetry, startCounting, startInstrumentation };
