import { attributeText, type LogRow } from '@runspan/spool'

import { anyValue, attributes, id, integer32, list, text, time } from '../otlp/fields.ts'
import type { OtlpRequest } from '../otlp/request.ts'
import { sourceOf } from './source.ts'

/** Returns the rows of all log records of a request. Throws `NOT_OTLP`. */
export function logRows(request: OtlpRequest): LogRow[] {
  return list(request.resourceLogs, 'resourceLogs').flatMap((group) =>
    list(group.scopeLogs, 'scopeLogs').flatMap(({ scope, logRecords, schemaUrl }) => {
      const source = sourceOf(group.resource, group.schemaUrl, scope, schemaUrl)
      return list(logRecords, 'logRecords').map((record): LogRow => {
        const recorded = time(record.timeUnixNano)
        return {
          source,
          time: recorded[0] === 0 && recorded[1] === 0 ? time(record.observedTimeUnixNano) : recorded,
          traceId: id(record.traceId),
          spanId: id(record.spanId),
          flags: integer32(record.flags),
          severityText: text(record.severityText),
          severityNumber: integer32(record.severityNumber),
          body: attributeText(anyValue(record.body)),
          attributes: attributes(record.attributes),
          eventName: text(record.eventName),
        }
      })
    }),
  )
}
