// Made from the build by scripts/api-report.mjs.
import { Spool } from "@runspan/spool";
type CollectorErrorCode = "FILE_NOT_READABLE" | "TOO_LARGE" | "NOT_OTLP" | "INVALID_OPTIONS" | "UNSUPPORTED_COMPRESSION" | "PORT_NOT_FREE" | "CANNOT_LISTEN" | "CANNOT_KEEP";
declare class CollectorError extends Error {
    override readonly name: string;
    readonly code: CollectorErrorCode;
    constructor(code: CollectorErrorCode, message: string, cause?: unknown);
}
interface OtlpRequest {
    readonly resourceSpans?: readonly OtlpResourceSpans[];
    readonly resourceLogs?: readonly OtlpResourceLogs[];
    readonly resourceMetrics?: readonly OtlpResourceMetrics[];
}
interface OtlpAnyValue {
    readonly stringValue?: unknown;
    readonly boolValue?: unknown;
    readonly intValue?: unknown;
    readonly doubleValue?: unknown;
    readonly arrayValue?: {
        readonly values?: readonly OtlpAnyValue[];
    };
    readonly kvlistValue?: {
        readonly values?: readonly OtlpKeyValue[];
    };
    readonly bytesValue?: unknown;
}
interface OtlpKeyValue {
    readonly key?: unknown;
    readonly value?: OtlpAnyValue;
}
interface OtlpResource {
    readonly attributes?: readonly OtlpKeyValue[];
}
interface OtlpScope {
    readonly name?: unknown;
    readonly version?: unknown;
    readonly attributes?: readonly OtlpKeyValue[];
    readonly droppedAttributesCount?: unknown;
}
interface OtlpResourceSpans {
    readonly resource?: OtlpResource;
    readonly scopeSpans?: readonly {
        readonly scope?: OtlpScope;
        readonly spans?: readonly OtlpSpan[];
        readonly schemaUrl?: unknown;
    }[];
    readonly schemaUrl?: unknown;
}
interface OtlpSpan {
    readonly traceId?: unknown;
    readonly spanId?: unknown;
    readonly parentSpanId?: unknown;
    readonly traceState?: unknown;
    readonly name?: unknown;
    readonly kind?: unknown;
    readonly startTimeUnixNano?: unknown;
    readonly endTimeUnixNano?: unknown;
    readonly attributes?: readonly OtlpKeyValue[];
    readonly events?: readonly {
        readonly timeUnixNano?: unknown;
        readonly name?: unknown;
        readonly attributes?: readonly OtlpKeyValue[];
    }[];
    readonly links?: readonly {
        readonly traceId?: unknown;
        readonly spanId?: unknown;
        readonly traceState?: unknown;
        readonly attributes?: readonly OtlpKeyValue[];
    }[];
    readonly status?: {
        readonly code?: unknown;
        readonly message?: unknown;
    };
}
interface OtlpResourceLogs {
    readonly resource?: OtlpResource;
    readonly scopeLogs?: readonly {
        readonly scope?: OtlpScope;
        readonly logRecords?: readonly OtlpLogRecord[];
        readonly schemaUrl?: unknown;
    }[];
    readonly schemaUrl?: unknown;
}
interface OtlpLogRecord {
    readonly timeUnixNano?: unknown;
    readonly observedTimeUnixNano?: unknown;
    readonly severityNumber?: unknown;
    readonly severityText?: unknown;
    readonly body?: OtlpAnyValue;
    readonly attributes?: readonly OtlpKeyValue[];
    readonly flags?: unknown;
    readonly traceId?: unknown;
    readonly spanId?: unknown;
    readonly eventName?: unknown;
}
interface OtlpResourceMetrics {
    readonly resource?: OtlpResource;
    readonly scopeMetrics?: readonly {
        readonly scope?: OtlpScope;
        readonly metrics?: readonly OtlpMetric[];
        readonly schemaUrl?: unknown;
    }[];
    readonly schemaUrl?: unknown;
}
interface OtlpMetric {
    readonly name?: unknown;
    readonly description?: unknown;
    readonly unit?: unknown;
    readonly gauge?: {
        readonly dataPoints?: readonly OtlpNumberPoint[];
    };
    readonly sum?: {
        readonly dataPoints?: readonly OtlpNumberPoint[];
        readonly aggregationTemporality?: unknown;
        readonly isMonotonic?: unknown;
    };
    readonly histogram?: {
        readonly dataPoints?: readonly OtlpHistogramPoint[];
        readonly aggregationTemporality?: unknown;
    };
    readonly exponentialHistogram?: {
        readonly dataPoints?: readonly OtlpExponentialPoint[];
        readonly aggregationTemporality?: unknown;
    };
    readonly summary?: {
        readonly dataPoints?: readonly OtlpSummaryPoint[];
    };
}
interface OtlpPoint {
    readonly attributes?: readonly OtlpKeyValue[];
    readonly startTimeUnixNano?: unknown;
    readonly timeUnixNano?: unknown;
    readonly flags?: unknown;
    readonly exemplars?: readonly OtlpExemplar[];
}
interface OtlpExemplar {
    readonly filteredAttributes?: readonly OtlpKeyValue[];
    readonly timeUnixNano?: unknown;
    readonly asDouble?: unknown;
    readonly asInt?: unknown;
    readonly spanId?: unknown;
    readonly traceId?: unknown;
}
interface OtlpNumberPoint extends OtlpPoint {
    readonly asDouble?: unknown;
    readonly asInt?: unknown;
}
interface OtlpHistogramPoint extends OtlpPoint {
    readonly count?: unknown;
    readonly sum?: unknown;
    readonly min?: unknown;
    readonly max?: unknown;
    readonly bucketCounts?: readonly unknown[];
    readonly explicitBounds?: readonly unknown[];
}
interface OtlpExponentialPoint extends OtlpPoint {
    readonly count?: unknown;
    readonly sum?: unknown;
    readonly min?: unknown;
    readonly max?: unknown;
    readonly scale?: unknown;
    readonly zeroCount?: unknown;
    readonly positive?: {
        readonly offset?: unknown;
        readonly bucketCounts?: readonly unknown[];
    };
    readonly negative?: {
        readonly offset?: unknown;
        readonly bucketCounts?: readonly unknown[];
    };
}
interface OtlpSummaryPoint extends OtlpPoint {
    readonly count?: unknown;
    readonly sum?: unknown;
    readonly quantileValues?: readonly {
        readonly quantile?: unknown;
        readonly value?: unknown;
    }[];
}
declare const SIGNALS: readonly [
    "traces",
    "logs",
    "metrics"
];
type Signal = (typeof SIGNALS)[number];
declare function decodeProtobuf(bytes: Uint8Array, signal: Signal): OtlpRequest;
interface Ingested {
    readonly spans: number;
    readonly metrics: number;
    readonly logs: number;
}
declare function ingestRequest(request: unknown, spool: Spool): Ingested;
interface Rejected {
    readonly request: number;
    readonly reason: string;
}
interface IngestedFile extends Ingested {
    readonly rejected: readonly Rejected[];
    readonly endedEarly: CollectorError | null;
}
interface IngestFileOptions {
    readonly onProgress?: (bytes: number) => Promise<void>;
}
declare function ingestFile(path: string, spool: Spool, options?: IngestFileOptions): Promise<IngestedFile>;
interface ReceiverOptions {
    readonly spool: Spool;
    readonly host?: string | undefined;
    readonly httpPort?: number | null | undefined;
    readonly grpcPort?: number | null | undefined;
    readonly bearerToken?: string | undefined;
    readonly tls?: {
        readonly key: string | Buffer;
        readonly cert: string | Buffer;
    } | undefined;
    readonly allowedOrigins?: readonly string[] | undefined;
    readonly maxBodyBytes?: number | undefined;
    readonly maxInflatedBytes?: number | undefined;
    readonly maxRecords?: number | undefined;
    readonly maxInWorkBytes?: number | undefined;
}
interface Receiver {
    readonly httpUrl: string | null;
    readonly grpcAddress: string | null;
    close(): Promise<void>;
}
declare function startReceiver(given: ReceiverOptions): Promise<Receiver>;
export { CollectorError, type CollectorErrorCode, type IngestFileOptions, type Ingested, type IngestedFile, type Receiver, type ReceiverOptions, type Rejected, type Signal, decodeProtobuf, ingestFile, ingestRequest, startReceiver };
