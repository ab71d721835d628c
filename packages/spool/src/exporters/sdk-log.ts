import type { SpanContext } from '@opentelemetry/api'

import { attributeText } from '../native/attribute-text.ts'
import type { Attributes } from '../native/map-column.ts'
import type { LogRow } from '../rows/log-row.ts'
import type { Time } from '../rows/source.ts'
import type { SdkResource, SdkScope, SdkSources } from './sdk-source.ts'
import { idText } from './sdk-span.ts'

/** The fields that we read of a log record of the SDK, version 0.2xx or 0.3xx. */
export interface SdkLogRecord {
  readonly hrTime: Time
  readonly hrTimeObserved: Time
  readonly spanContext?: SpanContext | undefined
  readonly severityText?: string | undefined
  readonly severityNumber?: number | undefined
  readonly body?: unknown
  readonly eventName?: string | undefined
  readonly attributes?: Attributes | undefined
  readonly resource: SdkResource
  readonly instrumentationScope: SdkScope
}

const NO_ATTRIBUTES: Attributes = {}

/** Returns a log record of the SDK as a row of `otel_logs`. */
export function logRow(record: SdkLogRecord, sources: SdkSources): LogRow {
  const { hrTime, spanContext } = record
  return {
    source: sources.of(record.resource, record.instrumentationScope),
    // a record without a time uses the time it was observed at
    time: hrTime[0] === 0 && hrTime[1] === 0 ? record.hrTimeObserved : hrTime,
    traceId: idText(spanContext?.traceId),
    spanId: idText(spanContext?.spanId),
    flags: spanContext?.traceFlags ?? 0,
    severityText: record.severityText ?? '',
    severityNumber: record.severityNumber ?? 0,
    body: attributeText(record.body),
    attributes: record.attributes ?? NO_ATTRIBUTES,
    eventName: record.eventName ?? '',
  }
}
