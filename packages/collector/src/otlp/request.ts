/*
 * OTLP requests as they arrive: the shape of OTLP/JSON, which decoded protobuf shares except for ids and byte values (bytes
 * instead of text). None of it is trusted; `fields.ts` reads single values.
 */

export interface OtlpRequest {
  readonly resourceSpans?: readonly OtlpResourceSpans[]
  readonly resourceLogs?: readonly OtlpResourceLogs[]
  readonly resourceMetrics?: readonly OtlpResourceMetrics[]
}

export interface OtlpAnyValue {
  readonly stringValue?: unknown
  readonly boolValue?: unknown
  readonly intValue?: unknown
  readonly doubleValue?: unknown
  readonly arrayValue?: { readonly values?: readonly OtlpAnyValue[] }
  readonly kvlistValue?: { readonly values?: readonly OtlpKeyValue[] }
  readonly bytesValue?: unknown
}

export interface OtlpKeyValue {
  readonly key?: unknown
  readonly value?: OtlpAnyValue
}

export interface OtlpResource {
  readonly attributes?: readonly OtlpKeyValue[]
}

export interface OtlpScope {
  readonly name?: unknown
  readonly version?: unknown
  readonly attributes?: readonly OtlpKeyValue[]
  readonly droppedAttributesCount?: unknown
}

export interface OtlpResourceSpans {
  readonly resource?: OtlpResource
  readonly scopeSpans?: readonly {
    readonly scope?: OtlpScope
    readonly spans?: readonly OtlpSpan[]
    readonly schemaUrl?: unknown
  }[]
  readonly schemaUrl?: unknown
}

export interface OtlpSpan {
  readonly traceId?: unknown
  readonly spanId?: unknown
  readonly parentSpanId?: unknown
  readonly traceState?: unknown
  readonly name?: unknown
  readonly kind?: unknown
  readonly startTimeUnixNano?: unknown
  readonly endTimeUnixNano?: unknown
  readonly attributes?: readonly OtlpKeyValue[]
  readonly events?: readonly {
    readonly timeUnixNano?: unknown
    readonly name?: unknown
    readonly attributes?: readonly OtlpKeyValue[]
  }[]
  readonly links?: readonly {
    readonly traceId?: unknown
    readonly spanId?: unknown
    readonly traceState?: unknown
    readonly attributes?: readonly OtlpKeyValue[]
  }[]
  readonly status?: { readonly code?: unknown; readonly message?: unknown }
}

export interface OtlpResourceLogs {
  readonly resource?: OtlpResource
  readonly scopeLogs?: readonly {
    readonly scope?: OtlpScope
    readonly logRecords?: readonly OtlpLogRecord[]
    readonly schemaUrl?: unknown
  }[]
  readonly schemaUrl?: unknown
}

export interface OtlpLogRecord {
  readonly timeUnixNano?: unknown
  readonly observedTimeUnixNano?: unknown
  readonly severityNumber?: unknown
  readonly severityText?: unknown
  readonly body?: OtlpAnyValue
  readonly attributes?: readonly OtlpKeyValue[]
  readonly flags?: unknown
  readonly traceId?: unknown
  readonly spanId?: unknown
  readonly eventName?: unknown
}

export interface OtlpResourceMetrics {
  readonly resource?: OtlpResource
  readonly scopeMetrics?: readonly {
    readonly scope?: OtlpScope
    readonly metrics?: readonly OtlpMetric[]
    readonly schemaUrl?: unknown
  }[]
  readonly schemaUrl?: unknown
}

export interface OtlpMetric {
  readonly name?: unknown
  readonly description?: unknown
  readonly unit?: unknown
  readonly gauge?: { readonly dataPoints?: readonly OtlpNumberPoint[] }
  readonly sum?: {
    readonly dataPoints?: readonly OtlpNumberPoint[]
    readonly aggregationTemporality?: unknown
    readonly isMonotonic?: unknown
  }
  readonly histogram?: {
    readonly dataPoints?: readonly OtlpHistogramPoint[]
    readonly aggregationTemporality?: unknown
  }
  readonly exponentialHistogram?: {
    readonly dataPoints?: readonly OtlpExponentialPoint[]
    readonly aggregationTemporality?: unknown
  }
  readonly summary?: { readonly dataPoints?: readonly OtlpSummaryPoint[] }
}

export interface OtlpPoint {
  readonly attributes?: readonly OtlpKeyValue[]
  readonly startTimeUnixNano?: unknown
  readonly timeUnixNano?: unknown
  readonly flags?: unknown
  readonly exemplars?: readonly OtlpExemplar[]
}

export interface OtlpExemplar {
  readonly filteredAttributes?: readonly OtlpKeyValue[]
  readonly timeUnixNano?: unknown
  readonly asDouble?: unknown
  readonly asInt?: unknown
  readonly spanId?: unknown
  readonly traceId?: unknown
}

export interface OtlpNumberPoint extends OtlpPoint {
  readonly asDouble?: unknown
  readonly asInt?: unknown
}

export interface OtlpHistogramPoint extends OtlpPoint {
  readonly count?: unknown
  readonly sum?: unknown
  readonly min?: unknown
  readonly max?: unknown
  readonly bucketCounts?: readonly unknown[]
  readonly explicitBounds?: readonly unknown[]
}

export interface OtlpExponentialPoint extends OtlpPoint {
  readonly count?: unknown
  readonly sum?: unknown
  readonly min?: unknown
  readonly max?: unknown
  readonly scale?: unknown
  readonly zeroCount?: unknown
  readonly positive?: { readonly offset?: unknown; readonly bucketCounts?: readonly unknown[] }
  readonly negative?: { readonly offset?: unknown; readonly bucketCounts?: readonly unknown[] }
}

export interface OtlpSummaryPoint extends OtlpPoint {
  readonly count?: unknown
  readonly sum?: unknown
  readonly quantileValues?: readonly { readonly quantile?: unknown; readonly value?: unknown }[]
}
