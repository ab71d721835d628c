import type { Block } from '../native/block.ts'
import type { Attributes } from '../native/map-column.ts'
import type { OTEL_LOGS } from '../tables/otel-logs.ts'
import { type Source, storableTime, type Time } from './source.ts'

/** One log record, ready for `otel_logs`. */
export interface LogRow {
  readonly source: Source
  readonly time: Time
  readonly traceId: string
  readonly spanId: string
  readonly flags: number
  readonly severityText: string
  readonly severityNumber: number
  readonly body: string
  readonly attributes: Attributes
  readonly eventName: string
}

/** Adds a log record to a block of `otel_logs`. */
export function addLogRow(block: Block<typeof OTEL_LOGS>, row: LogRow): void {
  const c = block.columns
  const { source } = row
  const time = storableTime(row.time)
  c.Timestamp.add(time[0], time[1])
  c.TraceId.add(row.traceId)
  c.SpanId.add(row.spanId)
  c.TraceFlags.add(row.flags & 0xff)
  c.SeverityText.add(row.severityText)
  c.SeverityNumber.add(row.severityNumber & 0xff)
  c.ServiceName.add(source.serviceName)
  c.Body.add(row.body)
  c.ResourceSchemaUrl.add(source.resourceSchemaUrl)
  c.ResourceAttributes.add(source.resource)
  c.ScopeSchemaUrl.add(source.scopeSchemaUrl)
  c.ScopeName.add(source.scopeName)
  c.ScopeVersion.add(source.scopeVersion)
  c.ScopeAttributes.add(source.scopeAttributes)
  c.LogAttributes.add(row.attributes)
  c.EventName.add(row.eventName)
  block.endRow(time[0])
}
