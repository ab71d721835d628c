import { Type } from 'protobufjs'

import { CollectorError } from '../errors.ts'
import { notOtlp } from './fields.ts'
import { requestType } from './proto.ts'
import { LENGTH_DELIMITED, ProtobufCursor } from './protobuf-cursor.ts'

/**
 * Limits of one request. Bytes alone do not limit it: an empty record takes two bytes, and becomes an object and a row.
 */
export interface RequestBounds {
  /** Maximum spans, log records or metric points. */
  readonly maxRecords: number
  /** Maximum bytes of its records as stored, with the resource next to each. */
  readonly maxStoredBytes: number
}

/** Maximum messages and list items of a protobuf request: attributes, events, links, buckets and the rest. */
const MAX_PROTOBUF_ITEMS = 2_000_000
/** Maximum objects, lists and members of a JSON request; an attribute is four of them. */
const MAX_JSON_ITEMS = 5_000_000
/** Size of the smallest item: shorter bodies need no count. */
const MIN_ITEM_BYTES = 2
const MAX_DEPTH = 256

const QUOTE = 0x22
const BACKSLASH = 0x5c
const COMMA = 0x2c
const BRACE = 0x7b
const BRACKET = 0x5b

/** Refuses JSON with too many items before it is parsed. Throws `TOO_LARGE`. */
export function checkJsonItems(body: Buffer): void {
  if (body.length < MAX_JSON_ITEMS) return
  let items = 0
  let inText = false
  for (let i = 0; i < body.length; i++) {
    const byte = body[i]
    if (inText) {
      if (byte === BACKSLASH) i++
      else if (byte === QUOTE) inText = false
    } else if (byte === QUOTE) inText = true
    else if ((byte === COMMA || byte === BRACE || byte === BRACKET) && ++items > MAX_JSON_ITEMS) throw tooManyItems()
  }
}

/** Refuses a protobuf message with too many items before it is decoded. Throws `TOO_LARGE`, `NOT_OTLP`. */
export function checkProtobufItems(body: Buffer, type: string): void {
  if (body.length < MAX_PROTOBUF_ITEMS * MIN_ITEM_BYTES) return
  const cursor = new ProtobufCursor(body)
  let items = 0
  const walk = (shape: Shape, from: number, to: number, depth: number): void => {
    if (depth > MAX_DEPTH) throw notOtlp('a message is nested too deeply')
    cursor.position = from
    while (cursor.position < to) {
      const tag = cursor.tag(to)
      const field = shape.get(tag >>> 3)
      if ((tag & 7) !== LENGTH_DELIMITED || field === undefined) {
        if (field !== undefined) items++
        cursor.skip(tag & 7, to)
      } else {
        const end = cursor.length(to)
        const begin = cursor.position
        // packed numbers: at least one byte each
        items += field.message === undefined ? end - begin : 1
        if (field.message !== undefined) walk(field.message(), begin, end, depth + 1)
        cursor.position = end
      }
      if (items > MAX_PROTOBUF_ITEMS) throw tooManyItems()
    }
  }
  walk(shapeOf(requestType(type)), 0, body.length, 0)
}

/** Throws `TOO_LARGE` if a request has more records than allowed. */
export function checkRecords(records: number, { maxRecords }: RequestBounds): void {
  if (records > maxRecords) {
    throw new CollectorError('TOO_LARGE', `The request holds more than ${maxRecords} records: send smaller batches.`)
  }
}

/** Fields of a message that contain messages or lists, by number. */
type Shape = ReadonlyMap<number, { readonly message: (() => Shape) | undefined }>

const shapes = new Map<Type, Shape>()

function shapeOf(type: Type): Shape {
  const known = shapes.get(type)
  if (known !== undefined) return known
  const shape = new Map(
    type.fieldsArray.flatMap((field): [number, { message: (() => Shape) | undefined }][] => {
      const { resolvedType } = field.resolve()
      if (resolvedType instanceof Type) return [[field.id, { message: () => shapeOf(resolvedType) }]]
      return field.repeated ? [[field.id, { message: undefined }]] : []
    }),
  )
  shapes.set(type, shape)
  return shape
}

function tooManyItems(): CollectorError {
  return new CollectorError('TOO_LARGE', 'The request holds too many items for its size: send smaller batches.')
}
