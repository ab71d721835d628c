import { attributeText, type RawAttributes, RawKind } from '@runspan/spool'

import { anyValue } from './fields.ts'
import { decodeMessage } from './proto.ts'
import { FIXED_64, LENGTH_DELIMITED, type ProtobufCursor, VARINT } from './protobuf-cursor.ts'
import type { OtlpAnyValue } from './request.ts'

/**
 * Reads a `KeyValue` that ends at `end` into `raw`, as positions in the body; lists and maps become text. Throws `NOT_OTLP`.
 */
export function readKeyValue(cursor: ProtobufCursor, end: number, raw: RawAttributes): void {
  let keyFrom = end
  let keyTo = end
  let valueFrom = -1
  let valueTo = -1
  while (cursor.position < end) {
    const tag = cursor.tag(end)
    const type = tag & 7
    switch (tag >>> 3) {
      case 1:
        cursor.expect(type, LENGTH_DELIMITED)
        keyTo = cursor.length(end)
        keyFrom = cursor.position
        cursor.position = keyTo
        break
      case 2:
        cursor.expect(type, LENGTH_DELIMITED)
        valueTo = cursor.length(end)
        valueFrom = cursor.position
        cursor.position = valueTo
        break
      default:
        cursor.skip(type, end)
    }
  }
  if (valueFrom < 0) return raw.add(keyFrom, keyTo, RawKind.none, 0, 0)
  cursor.position = valueFrom
  readAnyValue(cursor, valueTo, raw, keyFrom, keyTo)
  cursor.position = end
}

/** Reads an `AnyValue`; if it has several values, the last counts. */
function readAnyValue(cursor: ProtobufCursor, end: number, raw: RawAttributes, keyFrom: number, keyTo: number): void {
  const begin = cursor.position
  let kind: number = RawKind.none
  let from = 0
  let to = 0
  while (cursor.position < end) {
    const tag = cursor.tag(end)
    const type = tag & 7
    switch (tag >>> 3) {
      case 1:
        cursor.expect(type, LENGTH_DELIMITED)
        kind = RawKind.text
        to = cursor.length(end)
        from = cursor.position
        cursor.position = to
        break
      case 2:
        cursor.expect(type, VARINT)
        kind = cursor.varint32(end) === 0 ? RawKind.false : RawKind.true
        break
      case 3:
        cursor.expect(type, VARINT)
        kind = RawKind.integer
        from = cursor.position
        cursor.skipVarint(end)
        break
      case 4:
        cursor.expect(type, FIXED_64)
        kind = RawKind.double
        from = cursor.eight(end)
        break
      case 5:
      case 6:
      case 7:
        cursor.expect(type, LENGTH_DELIMITED)
        kind = RawKind.told
        cursor.position = cursor.length(end)
        break
      default:
        cursor.skip(type, end)
    }
  }
  if (kind !== RawKind.told) return raw.add(keyFrom, keyTo, kind, from, to)
  const value = decodeMessage('AnyValue', cursor.bytes.subarray(begin, end))
  raw.add(keyFrom, keyTo, kind, 0, 0, attributeText(anyValue(value as OtlpAnyValue)))
}
