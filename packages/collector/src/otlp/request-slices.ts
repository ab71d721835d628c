import type { Signal } from './decode-protobuf.ts'
import { decodeMessage } from './proto.ts'
import { type Place, ProtobufCursor } from './protobuf-cursor.ts'
import type { OtlpRequest } from './request.ts'

/** Records of a slice. */
export const SLICE_RECORDS = 500

/** Names of the groups and records of the three signals. */
export const SIGNAL_NAMES = {
  traces: { groups: 'resourceSpans', scopes: 'scopeSpans', records: 'spans', message: 'Span' },
  logs: { groups: 'resourceLogs', scopes: 'scopeLogs', records: 'logRecords', message: 'LogRecord' },
  metrics: { groups: 'resourceMetrics', scopes: 'scopeMetrics', records: 'metrics', message: 'Metric' },
} as const

/**
 * Yields a JSON request as requests of some hundred records each. An empty group is yielded too, so that it is counted.
 * Anything but a list is left for the reader of the slice to refuse.
 */
export function* jsonSlices(request: OtlpRequest, signals: readonly Signal[]): Generator<OtlpRequest> {
  for (const signal of signals) {
    const { groups, scopes, records } = SIGNAL_NAMES[signal]
    const found: unknown = request[groups]
    if (found === undefined || found === null) continue
    if (!isListOfObjects(found)) {
      yield { [groups]: found }
      continue
    }
    for (const group of found) {
      const scopeGroups: unknown = group[scopes]
      if (!isListOfObjects(scopeGroups) || scopeGroups.length === 0) {
        yield { [groups]: [group] }
        continue
      }
      for (const scopeGroup of scopeGroups) {
        const all: unknown = scopeGroup[records]
        if (!Array.isArray(all) || all.length === 0) {
          yield { [groups]: [{ ...group, [scopes]: [scopeGroup] }] }
          continue
        }
        for (let from = 0; from < all.length; from += SLICE_RECORDS) {
          const slice = all.slice(from, from + SLICE_RECORDS)
          yield { [groups]: [{ ...group, [scopes]: [{ ...scopeGroup, [records]: slice }] }] }
        }
      }
    }
  }
}

/**
 * Yields a protobuf request decoded in parts of some hundred records each; an empty group is a part of its own. Throws
 * `NOT_OTLP` at the first invalid part.
 */
export function* protobufSlices(body: Buffer, signal: Signal): Generator<OtlpRequest> {
  const { groups, scopes, records, message } = SIGNAL_NAMES[signal]
  const cursor = new ProtobufCursor(body)
  const whole: Place = { from: 0, to: body.length }
  const decode = (type: string, place: Place | null): object | undefined =>
    place === null ? undefined : decodeMessage(type, body.subarray(place.from, place.to))
  const text = (place: Place | null): string => (place === null ? '' : body.toString('utf8', place.from, place.to))
  for (const group of cursor.messages(whole, 1)) {
    const resource = decode('Resource', cursor.lastMessage(group, 1))
    const schemaUrl = text(cursor.lastMessage(group, 3))
    yield {}
    for (const scopeGroup of cursor.messages(group, 2)) {
      const scope = decode('InstrumentationScope', cursor.lastMessage(scopeGroup, 1))
      const scopeSchemaUrl = text(cursor.lastMessage(scopeGroup, 3))
      const slice = (items: readonly object[]): OtlpRequest => ({
        [groups]: [{ resource, schemaUrl, [scopes]: [{ scope, schemaUrl: scopeSchemaUrl, [records]: items }] }],
      })
      let items: object[] = []
      for (const record of cursor.messages(scopeGroup, 2)) {
        items.push(decodeMessage(message, body.subarray(record.from, record.to)))
        if (items.length < SLICE_RECORDS) continue
        yield slice(items)
        items = []
      }
      yield slice(items)
    }
  }
}

function isListOfObjects(value: unknown): value is Record<string, unknown>[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'object' && item !== null)
}
