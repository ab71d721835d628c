// Made from the build by scripts/api-report.mjs.
import { SpanContext } from "@opentelemetry/api";
interface ExportResult {
    readonly code: 0 | 1;
    readonly error?: Error;
}
type ExportCallback = (result: ExportResult) => void;
declare class ByteWriter {
    bytes: Buffer;
    length: number;
    private numbers;
    constructor(capacity?: number);
    reserve(count: number): void;
    reset(): void;
    view(): Buffer;
    append(other: ByteWriter): void;
    repeat(from: number, to: number): void;
    uint8(value: number): void;
    varint(value: number): void;
    uint32(value: number): void;
    uint64(high: number, low: number): void;
    uint64Number(value: number): void;
    bigint64(value: bigint): void;
    float64(value: number): void;
    string(text: string): void;
    utf8(source: Buffer, from: number, to: number): void;
    hex(source: Buffer, from: number, to: number): void;
    eight(source: Buffer, from: number): void;
    numberText(value: number): void;
    private fractionText;
    private digits;
}
interface Column {
    writeState(out: ByteWriter): void;
    writeData(out: ByteWriter): void;
    reset(): void;
    truncate(rows: number): void;
    readonly size: number;
}
declare abstract class PlainColumn implements Column {
    protected readonly values: ByteWriter;
    writeState(): void;
    writeData(out: ByteWriter): void;
    reset(): void;
    abstract truncate(rows: number): void;
    get size(): number;
}
declare abstract class FixedColumn extends PlainColumn {
    protected abstract readonly width: number;
    override truncate(rows: number): void;
}
declare class StringColumn extends PlainColumn {
    add(text: string): void;
    override truncate(rows: number): void;
    addUtf8(source: Buffer, from: number, to: number): void;
    addHex(source: Buffer, from: number, to: number): void;
    addNumber(value: number): void;
    repeat(from: number, to: number): void;
}
declare class UInt8Column extends FixedColumn {
    protected override readonly width = 1;
    add(value: number): void;
}
declare class Int32Column extends FixedColumn {
    protected override readonly width = 4;
    add(value: number): void;
}
declare class UInt64Column extends FixedColumn {
    protected override readonly width = 8;
    addHalves(high: number, low: number): void;
    add(value: number | bigint): void;
}
declare class Float64Column extends FixedColumn {
    protected override readonly width = 8;
    add(value: number): void;
}
declare class DateTime64Column extends FixedColumn {
    protected override readonly width = 8;
    addFixed64(source: Buffer, from: number): void;
    add(seconds: number, nanoseconds: number): void;
}
declare class LowCardinalityColumn implements Column {
    private readonly indexOf;
    private readonly keys;
    private rows;
    private count;
    private lastText;
    private lastIndex;
    private readonly seen;
    private seenGeneration;
    private readonly seenIndexes;
    private readonly seenEpochs;
    epoch: number;
    constructor();
    index(text: string): number;
    add(text: string): void;
    addUtf8(source: Buffer, from: number, to: number): void;
    private indexUtf8;
    repeatLast(many: number): void;
    addIndex(index: number): void;
    writeState(out: ByteWriter): void;
    writeData(out: ByteWriter): void;
    reset(): void;
    truncate(rows: number): void;
    get size(): number;
}
declare class ArrayColumn<Item extends Column> implements Column {
    readonly items: Item;
    private readonly offsets;
    private total;
    private empty;
    constructor(items: Item);
    end(added: number): void;
    private writeEmpty;
    writeState(out: ByteWriter): void;
    writeData(out: ByteWriter): void;
    reset(): void;
    truncate(rows: number): void;
    get size(): number;
}
declare const RawKind: {
    readonly none: 0;
    readonly text: 1;
    readonly true: 2;
    readonly false: 3;
    readonly integer: 4;
    readonly double: 5;
    readonly told: 6;
};
declare class RawAttributes {
    count: number;
    readonly keyFrom: number[];
    readonly keyTo: number[];
    readonly kind: number[];
    readonly from: number[];
    readonly to: number[];
    readonly told: string[];
    add(keyFrom: number, keyTo: number, kind: number, from: number, to: number, told?: string): void;
}
type Attributes = Readonly<Record<string, unknown>> | AttributePairs;
declare class AttributePairs {
    readonly keys: string[];
    readonly values: unknown[];
    add(key: string, value: unknown): void;
    get(key: string): unknown;
}
declare class MapColumn implements Column {
    private readonly offsets;
    private readonly keys;
    private readonly values;
    private readonly shapes;
    private shapeCount;
    private readonly seen;
    private seenGeneration;
    private readonly rawIds;
    private readonly rawShapes;
    private total;
    private readonly rowKeys;
    private readonly rowValues;
    private fixed;
    private fixedCount;
    private fixedFrom;
    private fixedTo;
    add(attributes: Attributes): void;
    addFixed(attributes: Attributes): void;
    private addRow;
    private addObject;
    private addPairs;
    addRaw(raw: RawAttributes, source: Buffer): void;
    private addRawValue;
    private addVarint;
    private rawShapeOf;
    private newShape;
    private shapeOf;
    writeState(out: ByteWriter): void;
    writeData(out: ByteWriter): void;
    reset(): void;
    truncate(rows: number): void;
    get size(): number;
}
interface ColumnClasses {
    String: StringColumn;
    "LowCardinality(String)": LowCardinalityColumn;
    "Map(LowCardinality(String), String)": MapColumn;
    "DateTime64(9)": DateTime64Column;
    UInt8: UInt8Column;
    Bool: UInt8Column;
    UInt32: Int32Column;
    Int32: Int32Column;
    UInt64: UInt64Column;
    Float64: Float64Column;
    "Array(String)": ArrayColumn<StringColumn>;
    "Array(LowCardinality(String))": ArrayColumn<LowCardinalityColumn>;
    "Array(Map(LowCardinality(String), String))": ArrayColumn<MapColumn>;
    "Array(DateTime64(9))": ArrayColumn<DateTime64Column>;
    "Array(UInt64)": ArrayColumn<UInt64Column>;
    "Array(Float64)": ArrayColumn<Float64Column>;
}
type ColumnType = keyof ColumnClasses;
interface ColumnDefinition {
    readonly name: string;
    readonly type: string;
    readonly sent?: ColumnType;
    readonly codec?: string;
    readonly comment?: string;
    readonly materialized?: string;
    readonly fallback?: string;
}
declare function columnClause(column: ColumnDefinition): string;
type ColumnsOf<C extends readonly ColumnDefinition[]> = {
    readonly [D in C[number] as D["name"]]: ColumnClasses[SentType<D>];
};
type SentType<D extends ColumnDefinition> = D extends {
    readonly sent: infer S extends ColumnType;
} ? S : D["type"] & ColumnType;
declare class Block<C extends readonly ColumnDefinition[]> {
    readonly columns: ColumnsOf<C>;
    rows: number;
    readonly days: Set<number>;
    private lastDay;
    private readonly all;
    constructor(definitions: C);
    endRow(seconds: number): void;
    get size(): number;
    finish(out: ByteWriter): void;
    clear(): void;
    truncate(rows: number): void;
    dropHalfRow(): void;
}
declare const OTEL_LOGS: readonly [
    {
        readonly name: "Timestamp";
        readonly type: "DateTime64(9)";
        readonly codec: "Delta(8), ZSTD(1)";
    },
    {
        readonly name: "TraceId";
        readonly type: "String";
        readonly codec: "ZSTD(1)";
    },
    {
        readonly name: "SpanId";
        readonly type: "String";
        readonly codec: "ZSTD(1)";
    },
    {
        readonly name: "TraceFlags";
        readonly type: "UInt8";
    },
    {
        readonly name: "SeverityText";
        readonly type: "LowCardinality(String)";
        readonly codec: "ZSTD(1)";
    },
    {
        readonly name: "SeverityNumber";
        readonly type: "UInt8";
    },
    {
        readonly name: "ServiceName";
        readonly type: "LowCardinality(String)";
        readonly codec: "ZSTD(1)";
    },
    {
        readonly name: "Body";
        readonly type: "String";
        readonly codec: "ZSTD(1)";
    },
    {
        readonly name: "ResourceSchemaUrl";
        readonly type: "LowCardinality(String)";
        readonly codec: "ZSTD(1)";
    },
    {
        readonly name: "ResourceAttributes";
        readonly type: "Map(LowCardinality(String), String)";
        readonly codec: "ZSTD(1)";
    },
    {
        readonly name: "ScopeSchemaUrl";
        readonly type: "LowCardinality(String)";
        readonly codec: "ZSTD(1)";
    },
    {
        readonly name: "ScopeName";
        readonly type: "String";
        readonly codec: "ZSTD(1)";
    },
    {
        readonly name: "ScopeVersion";
        readonly type: "LowCardinality(String)";
        readonly codec: "ZSTD(1)";
    },
    {
        readonly name: "ScopeAttributes";
        readonly type: "Map(LowCardinality(String), String)";
        readonly codec: "ZSTD(1)";
    },
    {
        readonly name: "LogAttributes";
        readonly type: "Map(LowCardinality(String), String)";
        readonly codec: "ZSTD(1)";
    },
    {
        readonly name: "EventName";
        readonly type: "String";
        readonly codec: "ZSTD(1)";
    }
];
declare const OTEL_LOGS_MATERIALIZED: readonly [
    {
        readonly name: "__otel_materialized_k8s.cluster.name";
        readonly type: "LowCardinality(String)";
        readonly codec: "ZSTD(1)";
        readonly materialized: "ResourceAttributes['k8s.cluster.name']";
    },
    {
        readonly name: "__otel_materialized_k8s.container.name";
        readonly type: "LowCardinality(String)";
        readonly codec: "ZSTD(1)";
        readonly materialized: "ResourceAttributes['k8s.container.name']";
    },
    {
        readonly name: "__otel_materialized_k8s.deployment.name";
        readonly type: "LowCardinality(String)";
        readonly codec: "ZSTD(1)";
        readonly materialized: "ResourceAttributes['k8s.deployment.name']";
    },
    {
        readonly name: "__otel_materialized_k8s.namespace.name";
        readonly type: "LowCardinality(String)";
        readonly codec: "ZSTD(1)";
        readonly materialized: "ResourceAttributes['k8s.namespace.name']";
    },
    {
        readonly name: "__otel_materialized_k8s.node.name";
        readonly type: "LowCardinality(String)";
        readonly codec: "ZSTD(1)";
        readonly materialized: "ResourceAttributes['k8s.node.name']";
    },
    {
        readonly name: "__otel_materialized_k8s.pod.name";
        readonly type: "LowCardinality(String)";
        readonly codec: "ZSTD(1)";
        readonly materialized: "ResourceAttributes['k8s.pod.name']";
    },
    {
        readonly name: "__otel_materialized_k8s.pod.uid";
        readonly type: "LowCardinality(String)";
        readonly codec: "ZSTD(1)";
        readonly materialized: "ResourceAttributes['k8s.pod.uid']";
    },
    {
        readonly name: "__otel_materialized_deployment.environment.name";
        readonly type: "LowCardinality(String)";
        readonly codec: "ZSTD(1)";
        readonly materialized: "ResourceAttributes['deployment.environment.name']";
    }
];
type Time = readonly [
    seconds: number,
    nanoseconds: number
];
declare const NO_TIME: Time;
interface Source {
    readonly resource: Attributes;
    readonly serviceName: string;
    readonly resourceSchemaUrl: string;
    readonly scopeName: string;
    readonly scopeVersion: string;
    readonly scopeAttributes: Attributes;
    readonly scopeDroppedAttributes: number;
    readonly scopeSchemaUrl: string;
}
declare function serviceNameOf(resource: Attributes): string;
interface LogRow {
    readonly source: Source;
    readonly time: Time;
    readonly traceId: string;
    readonly spanId: string;
    readonly flags: number;
    readonly severityText: string;
    readonly severityNumber: number;
    readonly body: string;
    readonly attributes: Attributes;
    readonly eventName: string;
}
interface SdkResource {
    readonly attributes: Attributes;
    readonly schemaUrl?: string | undefined;
    readonly asyncAttributesPending?: boolean | undefined;
}
interface SdkScope {
    readonly name: string;
    readonly version?: string | undefined;
    readonly schemaUrl?: string | undefined;
    readonly attributes?: Attributes | undefined;
}
declare class SdkSources {
    private readonly byResource;
    private readonly pending;
    of(resource: SdkResource, scope: SdkScope): Source;
}
interface SdkLogRecord {
    readonly hrTime: Time;
    readonly hrTimeObserved: Time;
    readonly spanContext?: SpanContext | undefined;
    readonly severityText?: string | undefined;
    readonly severityNumber?: number | undefined;
    readonly body?: unknown;
    readonly eventName?: string | undefined;
    readonly attributes?: Attributes | undefined;
    readonly resource: SdkResource;
    readonly instrumentationScope: SdkScope;
}
type LossReason = "spool full" | "too old" | "not writable" | "damaged" | "refused by ClickHouse" | "not encodable" | "left out of a view";
interface Loss {
    readonly time: string;
    readonly reason: LossReason;
    readonly rows: number;
    readonly bytes: number;
    readonly detail: string;
}
declare class Losses {
    readonly counts: Map<LossReason, {
        rows: number;
        bytes: number;
    }>;
    private readonly directory;
    private pending;
    private lastWriteMs;
    private pauseMs;
    constructor(directory: string);
    add(reason: LossReason, rows: number, bytes: number, detail: string): void;
    write(): void;
}
declare function readLosses(directory: string): Loss[];
declare const POINT: readonly [
    {
        readonly name: "ResourceAttributes";
        readonly type: "Map(LowCardinality(String), String)";
        readonly codec: "ZSTD(1)";
    },
    {
        readonly name: "ResourceSchemaUrl";
        readonly type: "String";
        readonly codec: "ZSTD(1)";
    },
    {
        readonly name: "ScopeName";
        readonly type: "String";
        readonly codec: "ZSTD(1)";
    },
    {
        readonly name: "ScopeVersion";
        readonly type: "String";
        readonly codec: "ZSTD(1)";
    },
    {
        readonly name: "ScopeAttributes";
        readonly type: "Map(LowCardinality(String), String)";
        readonly codec: "ZSTD(1)";
    },
    {
        readonly name: "ScopeDroppedAttrCount";
        readonly type: "UInt32";
        readonly codec: "ZSTD(1)";
    },
    {
        readonly name: "ScopeSchemaUrl";
        readonly type: "String";
        readonly codec: "ZSTD(1)";
    },
    {
        readonly name: "ServiceName";
        readonly type: "LowCardinality(String)";
        readonly codec: "ZSTD(1)";
    },
    {
        readonly name: "MetricName";
        readonly type: "LowCardinality(String)";
        readonly codec: "ZSTD(1)";
    },
    {
        readonly name: "MetricDescription";
        readonly type: "String";
        readonly codec: "ZSTD(1)";
    },
    {
        readonly name: "MetricUnit";
        readonly type: "String";
        readonly codec: "ZSTD(1)";
    },
    {
        readonly name: "Attributes";
        readonly type: "Map(LowCardinality(String), String)";
        readonly codec: "ZSTD(1)";
    },
    {
        readonly name: "StartTimeUnix";
        readonly type: "DateTime";
        readonly sent: "DateTime64(9)";
        readonly codec: "Delta(4), ZSTD(1)";
    },
    {
        readonly name: "TimeUnix";
        readonly type: "DateTime";
        readonly sent: "DateTime64(9)";
        readonly codec: "Delta(4), ZSTD(1)";
    }
];
declare const FLAGS: readonly [
    {
        readonly name: "Flags";
        readonly type: "UInt32";
        readonly codec: "ZSTD(1)";
    }
];
declare const EXEMPLARS: readonly [
    {
        readonly name: "Exemplars.FilteredAttributes";
        readonly type: "Array(Map(LowCardinality(String), String))";
        readonly codec: "ZSTD(1)";
    },
    {
        readonly name: "Exemplars.TimeUnix";
        readonly type: "Array(DateTime)";
        readonly sent: "Array(DateTime64(9))";
        readonly codec: "ZSTD(1)";
    },
    {
        readonly name: "Exemplars.Value";
        readonly type: "Array(Float64)";
        readonly codec: "ZSTD(1)";
    },
    {
        readonly name: "Exemplars.SpanId";
        readonly type: "Array(String)";
        readonly codec: "ZSTD(1)";
    },
    {
        readonly name: "Exemplars.TraceId";
        readonly type: "Array(String)";
        readonly codec: "ZSTD(1)";
    }
];
declare const NUMBER: readonly [
    {
        readonly name: "Value";
        readonly type: "Float64";
        readonly codec: "ZSTD(1)";
    }
];
declare const TOTALS: readonly [
    {
        readonly name: "Count";
        readonly type: "UInt64";
        readonly codec: "Delta(8), ZSTD(1)";
    },
    {
        readonly name: "Sum";
        readonly type: "Float64";
        readonly codec: "ZSTD(1)";
    }
];
declare const RANGE: readonly [
    {
        readonly name: "Min";
        readonly type: "Float64";
        readonly codec: "ZSTD(1)";
    },
    {
        readonly name: "Max";
        readonly type: "Float64";
        readonly codec: "ZSTD(1)";
    }
];
declare const TEMPORALITY: readonly [
    {
        readonly name: "AggregationTemporality";
        readonly type: "Int32";
        readonly codec: "ZSTD(1)";
    }
];
declare const MONOTONIC: readonly [
    {
        readonly name: "IsMonotonic";
        readonly type: "Bool";
        readonly codec: "Delta(1), ZSTD(1)";
    }
];
declare const BUCKETS: readonly [
    {
        readonly name: "BucketCounts";
        readonly type: "Array(UInt64)";
        readonly codec: "ZSTD(1)";
    },
    {
        readonly name: "ExplicitBounds";
        readonly type: "Array(Float64)";
        readonly codec: "ZSTD(1)";
    }
];
declare const EXPONENTIAL_BUCKETS: readonly [
    {
        readonly name: "Scale";
        readonly type: "Int32";
        readonly codec: "ZSTD(1)";
    },
    {
        readonly name: "ZeroCount";
        readonly type: "UInt64";
        readonly codec: "ZSTD(1)";
    },
    {
        readonly name: "PositiveOffset";
        readonly type: "Int32";
        readonly codec: "ZSTD(1)";
    },
    {
        readonly name: "PositiveBucketCounts";
        readonly type: "Array(UInt64)";
        readonly codec: "ZSTD(1)";
    },
    {
        readonly name: "NegativeOffset";
        readonly type: "Int32";
        readonly codec: "ZSTD(1)";
    },
    {
        readonly name: "NegativeBucketCounts";
        readonly type: "Array(UInt64)";
        readonly codec: "ZSTD(1)";
    }
];
declare const QUANTILES: readonly [
    {
        readonly name: "ValueAtQuantiles.Quantile";
        readonly type: "Array(Float64)";
        readonly codec: "ZSTD(1)";
    },
    {
        readonly name: "ValueAtQuantiles.Value";
        readonly type: "Array(Float64)";
        readonly codec: "ZSTD(1)";
    }
];
declare const OTEL_METRICS_GAUGE: readonly [
    ...typeof POINT,
    ...typeof NUMBER,
    ...typeof FLAGS,
    ...typeof EXEMPLARS
];
declare const OTEL_METRICS_SUM: readonly [
    ...typeof OTEL_METRICS_GAUGE,
    ...typeof TEMPORALITY,
    ...typeof MONOTONIC
];
declare const OTEL_METRICS_HISTOGRAM: readonly [
    ...typeof POINT,
    ...typeof TOTALS,
    ...typeof BUCKETS,
    ...typeof EXEMPLARS,
    ...typeof FLAGS,
    ...typeof RANGE,
    ...typeof TEMPORALITY
];
declare const OTEL_METRICS_EXPONENTIAL_HISTOGRAM: readonly [
    ...typeof POINT,
    ...typeof TOTALS,
    ...typeof EXPONENTIAL_BUCKETS,
    ...typeof EXEMPLARS,
    ...typeof FLAGS,
    ...typeof RANGE,
    ...typeof TEMPORALITY
];
declare const OTEL_METRICS_SUMMARY: readonly [
    ...typeof POINT,
    ...typeof TOTALS,
    ...typeof QUANTILES,
    ...typeof FLAGS
];
declare const OTEL_TRACES: readonly [
    {
        readonly name: "Timestamp";
        readonly type: "DateTime64(9)";
        readonly codec: "Delta(8), ZSTD(1)";
    },
    {
        readonly name: "TraceId";
        readonly type: "String";
        readonly codec: "ZSTD(1)";
    },
    {
        readonly name: "SpanId";
        readonly type: "String";
        readonly codec: "ZSTD(1)";
    },
    {
        readonly name: "ParentSpanId";
        readonly type: "String";
        readonly codec: "ZSTD(1)";
    },
    {
        readonly name: "TraceState";
        readonly type: "String";
        readonly codec: "ZSTD(1)";
    },
    {
        readonly name: "SpanName";
        readonly type: "LowCardinality(String)";
        readonly codec: "ZSTD(1)";
    },
    {
        readonly name: "SpanKind";
        readonly type: "LowCardinality(String)";
        readonly codec: "ZSTD(1)";
    },
    {
        readonly name: "ServiceName";
        readonly type: "LowCardinality(String)";
        readonly codec: "ZSTD(1)";
    },
    {
        readonly name: "ResourceAttributes";
        readonly type: "Map(LowCardinality(String), String)";
        readonly codec: "ZSTD(1)";
    },
    {
        readonly name: "ScopeName";
        readonly type: "String";
        readonly codec: "ZSTD(1)";
    },
    {
        readonly name: "ScopeVersion";
        readonly type: "String";
        readonly codec: "ZSTD(1)";
    },
    {
        readonly name: "SpanAttributes";
        readonly type: "Map(LowCardinality(String), String)";
        readonly codec: "ZSTD(1)";
    },
    {
        readonly name: "Duration";
        readonly type: "UInt64";
        readonly codec: "ZSTD(1)";
    },
    {
        readonly name: "StatusCode";
        readonly type: "LowCardinality(String)";
        readonly codec: "ZSTD(1)";
    },
    {
        readonly name: "StatusMessage";
        readonly type: "String";
        readonly codec: "ZSTD(1)";
    },
    {
        readonly name: "Events.Timestamp";
        readonly type: "Array(DateTime64(9))";
        readonly codec: "ZSTD(1)";
    },
    {
        readonly name: "Events.Name";
        readonly type: "Array(LowCardinality(String))";
        readonly codec: "ZSTD(1)";
    },
    {
        readonly name: "Events.Attributes";
        readonly type: "Array(Map(LowCardinality(String), String))";
        readonly codec: "ZSTD(1)";
    },
    {
        readonly name: "Links.TraceId";
        readonly type: "Array(String)";
        readonly codec: "ZSTD(1)";
    },
    {
        readonly name: "Links.SpanId";
        readonly type: "Array(String)";
        readonly codec: "ZSTD(1)";
    },
    {
        readonly name: "Links.TraceState";
        readonly type: "Array(String)";
        readonly codec: "ZSTD(1)";
    },
    {
        readonly name: "Links.Attributes";
        readonly type: "Array(Map(LowCardinality(String), String))";
        readonly codec: "ZSTD(1)";
    }
];
declare const OTEL_TRACES_TRACE_ID_TS: readonly [
    {
        readonly name: "TraceId";
        readonly type: "String";
        readonly codec: "ZSTD(1)";
    },
    {
        readonly name: "Start";
        readonly type: "DateTime";
        readonly sent: "DateTime64(9)";
        readonly codec: "Delta(4), ZSTD(1)";
    },
    {
        readonly name: "End";
        readonly type: "DateTime";
        readonly sent: "DateTime64(9)";
        readonly codec: "Delta(4), ZSTD(1)";
    }
];
declare const TELEMETRY_TABLES: {
    readonly otel_traces: typeof OTEL_TRACES;
    readonly otel_logs: typeof OTEL_LOGS;
    readonly otel_metrics_gauge: typeof OTEL_METRICS_GAUGE;
    readonly otel_metrics_sum: typeof OTEL_METRICS_SUM;
    readonly otel_metrics_histogram: typeof OTEL_METRICS_HISTOGRAM;
    readonly otel_metrics_exponential_histogram: typeof OTEL_METRICS_EXPONENTIAL_HISTOGRAM;
    readonly otel_metrics_summary: typeof OTEL_METRICS_SUMMARY;
};
type TelemetryTable = keyof typeof TELEMETRY_TABLES;
interface PointRow {
    readonly source: Source;
    readonly name: string;
    readonly description: string;
    readonly unit: string;
    readonly attributes: Attributes;
    readonly start: Time;
    readonly time: Time;
    readonly flags: number;
    readonly exemplars: readonly ExemplarRow[];
}
interface ExemplarRow {
    readonly attributes: Attributes;
    readonly time: Time;
    readonly value: number;
    readonly spanId: string;
    readonly traceId: string;
}
interface NumberRow extends PointRow {
    readonly value: number;
}
interface SumRow extends NumberRow {
    readonly temporality: number;
    readonly monotonic: boolean;
}
interface DistributionRow extends PointRow {
    readonly count: number | bigint;
    readonly sum: number;
    readonly min: number;
    readonly max: number;
    readonly temporality: number;
}
interface HistogramRow extends DistributionRow {
    readonly bucketCounts: readonly (number | bigint)[];
    readonly bounds: readonly number[];
}
interface ExponentialHistogramRow extends DistributionRow {
    readonly scale: number;
    readonly zeroCount: number | bigint;
    readonly positiveOffset: number;
    readonly positiveCounts: readonly (number | bigint)[];
    readonly negativeOffset: number;
    readonly negativeCounts: readonly (number | bigint)[];
}
interface SummaryRow extends PointRow {
    readonly count: number | bigint;
    readonly sum: number;
    readonly quantiles: readonly {
        readonly quantile: number;
        readonly value: number;
    }[];
}
interface SpanRow {
    readonly source: Source;
    readonly start: Time;
    readonly duration: number | bigint;
    readonly traceId: string;
    readonly spanId: string;
    readonly parentSpanId: string;
    readonly traceState: string;
    readonly name: string;
    readonly kind: string;
    readonly attributes: Attributes;
    readonly statusCode: string;
    readonly statusMessage: string;
    readonly events: readonly SpanEventRow[];
    readonly links: readonly SpanLinkRow[];
}
interface SpanEventRow {
    readonly time: Time;
    readonly name: string;
    readonly attributes: Attributes;
}
interface SpanLinkRow {
    readonly traceId: string;
    readonly spanId: string;
    readonly traceState: string;
    readonly attributes: Attributes;
}
type Columns = Block<typeof OTEL_TRACES>["columns"];
declare function addSpanSource(columns: Columns, source: Source): void;
declare function endSpanLists(columns: Columns, events: number, links: number): void;
interface Rows {
    readonly otel_traces: SpanRow;
    readonly otel_logs: LogRow;
    readonly otel_metrics_gauge: NumberRow;
    readonly otel_metrics_sum: SumRow;
    readonly otel_metrics_histogram: HistogramRow;
    readonly otel_metrics_exponential_histogram: ExponentialHistogramRow;
    readonly otel_metrics_summary: SummaryRow;
}
type BlockOf<T extends TelemetryTable> = Block<(typeof TELEMETRY_TABLES)[T]>;
interface EncodedFrame {
    readonly table: TelemetryTable;
    readonly bytes: Buffer;
    readonly rows: number;
    readonly days: ReadonlySet<number>;
}
declare class BatchRefused extends Error {
    override readonly name: string;
    readonly reason: "no room" | "not writable" | "too large";
    constructor(reason: BatchRefused["reason"], message: string, options?: ErrorOptions);
}
interface BatchOwner {
    takeBlock<T extends TelemetryTable>(table: T): BlockOf<T>;
    giveBack(table: TelemetryTable, block: Block<never>): void;
    loseRecord(error: unknown): void;
    readonly out: ByteWriter;
    keepWhole(frames: readonly EncodedFrame[]): void;
}
declare class SpoolBatch {
    private readonly owner;
    private readonly maxBytes;
    private readonly blocks;
    private readonly frames;
    private readonly unencodable;
    private frameBytes;
    records: number;
    rejected: number;
    constructor(owner: BatchOwner, maxBytes: number);
    add<T extends TelemetryTable>(table: T, row: Rows[T]): void;
    fill<T extends TelemetryTable>(table: T, fill: (block: BlockOf<T>) => number): void;
    commit(): void;
    discard(): void;
    private block;
    private cutIfFull;
    private checkSize;
    private cut;
}
interface SpoolOptions {
    readonly directory: string;
    readonly maxBytes?: number;
}
declare class Spool {
    readonly directory: string;
    readonly losses: Losses;
    private readonly maxBytes;
    private readonly writer;
    private readonly lanes;
    private immediate;
    private timer;
    private knownBytes;
    private crowded;
    private saidStuck;
    private closed;
    private exiting;
    private readonly out;
    private readonly freeBlocks;
    private readonly batchOwner;
    private readonly onExit;
    onSegment: (() => void) | undefined;
    constructor(options: SpoolOptions);
    add<T extends TelemetryTable>(table: T, row: Rows[T]): void;
    get isFull(): boolean;
    flushAfter(work: () => void): void;
    batch(maxBytes: number): SpoolBatch;
    loseRecord(error: unknown): void;
    private readonly onImmediate;
    flush(): void;
    rotate(): void;
    close(): void;
    private lane;
    private flushTable;
    private handOverLater;
    private hasRoomFor;
    private fullText;
    private takeBlock;
    private keepWhole;
    private readonly onTimer;
    private closeSegment;
    private measureDirectory;
}
declare abstract class SpoolOutput {
    protected readonly spool: Spool;
    protected readonly sources: SdkSources;
    constructor(spool: Spool);
    forceFlush(): Promise<void>;
    shutdown(): Promise<void>;
}
declare class ClickHouseLogRecordExporter extends SpoolOutput {
    export(records: readonly SdkLogRecord[], done: ExportCallback): void;
}
declare class SpoolLogRecordProcessor extends SpoolOutput {
    onEmit(record: SdkLogRecord): void;
}
interface SdkPoint<Value> {
    readonly startTime: Time;
    readonly endTime: Time;
    readonly attributes: Attributes;
    readonly value: Value;
}
interface SdkHistogram {
    readonly buckets: {
        readonly boundaries: readonly number[];
        readonly counts: readonly number[];
    };
    readonly sum?: number | undefined;
    readonly count: number;
    readonly min?: number | undefined;
    readonly max?: number | undefined;
}
interface SdkExponentialHistogram {
    readonly count: number;
    readonly sum?: number | undefined;
    readonly scale: number;
    readonly zeroCount: number;
    readonly positive: {
        readonly offset: number;
        readonly bucketCounts: readonly number[];
    };
    readonly negative: {
        readonly offset: number;
        readonly bucketCounts: readonly number[];
    };
    readonly min?: number | undefined;
    readonly max?: number | undefined;
}
interface SdkMetricHead {
    readonly descriptor: {
        readonly name: string;
        readonly description: string;
        readonly unit: string;
    };
    readonly aggregationTemporality: number;
}
type SdkMetric = SdkMetricHead & ({
    readonly dataPointType: 0;
    readonly dataPoints: readonly SdkPoint<SdkHistogram>[];
} | {
    readonly dataPointType: 1;
    readonly dataPoints: readonly SdkPoint<SdkExponentialHistogram>[];
} | {
    readonly dataPointType: 2;
    readonly dataPoints: readonly SdkPoint<number>[];
} | {
    readonly dataPointType: 3;
    readonly dataPoints: readonly SdkPoint<number>[];
    readonly isMonotonic: boolean;
});
interface SdkResourceMetrics {
    readonly resource: SdkResource;
    readonly scopeMetrics: readonly {
        readonly scope: SdkScope;
        readonly metrics: readonly SdkMetric[];
    }[];
}
declare class ClickHouseMetricExporter extends SpoolOutput {
    export(metrics: SdkResourceMetrics, done: ExportCallback): void;
}
interface SdkSpan {
    readonly name: string;
    readonly kind: number;
    spanContext(): SpanContext;
    readonly parentSpanContext?: SpanContext | undefined;
    readonly startTime: Time;
    readonly duration: Time;
    readonly status: {
        readonly code: number;
        readonly message?: string | undefined;
    };
    readonly attributes: Attributes;
    readonly events: readonly {
        readonly name: string;
        readonly time: Time;
        readonly attributes?: Attributes | undefined;
    }[];
    readonly links: readonly {
        readonly context: SpanContext;
        readonly attributes?: Attributes | undefined;
    }[];
    readonly resource: SdkResource;
    readonly instrumentationScope: SdkScope;
}
declare class SpanEncoder {
    private readonly block;
    private readonly sources;
    private readonly out;
    add(span: SdkSpan): void;
    finish(): Uint8Array;
}
declare class ClickHouseSpanExporter extends SpoolOutput {
    export(spans: readonly SdkSpan[], done: ExportCallback): void;
}
declare class SpoolSpanProcessor extends SpoolOutput {
    onStart(): void;
    onEnd(span: SdkSpan): void;
}
declare function attributeText(value: unknown): string;
type OpenSpan = Pick<SpanRow, "start" | "traceId" | "spanId" | "parentSpanId" | "name" | "kind" | "attributes">;
interface Closed {
    readonly runs: number;
    readonly tasks: number;
}
declare function closeAbandoned(directory: string, spool: Spool): Closed;
declare function addLostSpan(spool: Spool, span: OpenSpan, source: Source, lastSeenMs: number, reason: string): void;
type OpenSdkSpan = SdkSpan & {
    readonly instrumentationScope: {
        readonly name: string;
    };
};
declare class OpenSpanJournal {
    private readonly directory;
    private readonly path;
    private readonly sdkSources;
    private readonly open;
    private readonly sources;
    private ended;
    private descriptor;
    private bytes;
    private longBytes;
    private timer;
    private off;
    constructor(directory: string);
    onStart(span: OpenSdkSpan): void;
    onEnd(span: OpenSdkSpan): void;
    forceFlush(): Promise<void>;
    shutdown(): Promise<void>;
    close(): void;
    private rest;
    private tick;
    private news;
    private linesOf;
    private append;
    private shorten;
}
declare class Silence {
    private readonly seen;
    of(path: string, changedMs: number): number;
}
declare function isAbandoned(writer: string, path: string, changedMs: number, silence: Silence): boolean;
declare class WritePause {
    private monotonicMs;
    private wallMs;
    isLong(): boolean;
}
declare function countOwnRead(bytes: number): void;
declare function countOwnWrite(bytes: number): void;
declare function writerName(): string;
declare function deliveredUntil(directory: string): Date | null;
declare class SenderLock {
    private readonly directory;
    private readonly silence;
    private held;
    private timer;
    constructor(directory: string);
    get isHeld(): boolean;
    tryAcquire(): boolean;
    private acquireNameless;
    release(): void;
    private hold;
    private touch;
    private touchLater;
    protected isFree(number: number): boolean;
    private isUntouched;
    private numbers;
    private path;
}
type InsertOutcome = "retry" | "shrink" | "refused";
interface SpoolErrorOptions {
    readonly cause?: unknown;
    readonly serverCode?: number | null;
    readonly outcome?: InsertOutcome;
    readonly isPassing?: boolean;
    readonly isOfView?: boolean;
}
declare class SpoolError extends Error {
    override readonly name: string;
    readonly code: string;
    readonly serverCode: number | null;
    readonly outcome: InsertOutcome;
    readonly isPassing: boolean;
    readonly isOfView: boolean;
    constructor(code: string, message: string, options?: SpoolErrorOptions);
}
interface InsertOptions {
    readonly skipFailingViews?: boolean;
}
interface SegmentTarget {
    prepare(): Promise<void>;
    insertNative(table: TelemetryTable, blocks: readonly Uint8Array[], token: string, options?: InsertOptions): Promise<void>;
}
interface SenderOptions {
    readonly directory: string;
    readonly target: SegmentTarget;
    readonly maxAgeSeconds?: number;
    readonly maxPauseSeconds?: number;
}
interface Sent {
    readonly rows: number;
    readonly inserts: number;
    readonly done: boolean;
    readonly error: SpoolError | null;
}
declare class Sender {
    private readonly directory;
    private readonly target;
    private readonly maxAgeMs;
    private readonly maxPauseMs;
    private readonly lock;
    private readonly losses;
    private readonly planner;
    private readonly delivery;
    private timer;
    private running;
    private prepared;
    private pauseMs;
    private stopped;
    lastError: SpoolError | null;
    constructor(options: SenderOptions);
    start(): void;
    send(): Promise<Sent>;
    stop(): Promise<void>;
    private schedule;
    private pass;
    private sendAll;
    private prepare;
    private remember;
    private inWords;
    private release;
}
declare function log(level: "error" | "warn" | "debug", message: string): void;
declare function textOf(error: unknown): string;
declare const SPAN_KINDS: readonly string[];
declare const STATUS_CODES: readonly string[];
export { AttributePairs, type Attributes, BatchRefused, type Block, ClickHouseLogRecordExporter, ClickHouseMetricExporter, ClickHouseSpanExporter, type Closed, type ColumnDefinition, type ExemplarRow, type InsertOptions, type InsertOutcome, type LogRow, type Loss, NO_TIME, OTEL_LOGS_MATERIALIZED, type OTEL_TRACES, OTEL_TRACES_TRACE_ID_TS, OpenSpanJournal, type PointRow, RawAttributes, RawKind, type Rows, SPAN_KINDS, STATUS_CODES, type SdkSpan, type SegmentTarget, Sender, SenderLock, type Sent, Silence, type Source, SpanEncoder, type SpanEventRow, type SpanLinkRow, type SpanRow, Spool, type SpoolBatch, SpoolError, type SpoolErrorOptions, SpoolLogRecordProcessor, SpoolSpanProcessor, TELEMETRY_TABLES, type TelemetryTable, type Time, WritePause, addLostSpan, addSpanSource, attributeText, closeAbandoned, columnClause, countOwnRead, countOwnWrite, deliveredUntil, endSpanLists, isAbandoned, log, readLosses, serviceNameOf, textOf, writerName };
