import { Enum, type Field, Type } from 'protobufjs'

import { missingContent, otherNames } from './json-names.ts'
import { requestType } from './proto.ts'

/** Checks one value; returns what is wrong with it, to follow the path, or null. */
type Check = (value: unknown, depth: number) => string | null
/** Checks a key of an object, and replaces the name of an enumerated value or another name of a field. */
type FieldCheck = (owner: Record<string, unknown>, key: string, depth: number) => string | null

interface KnownField {
  readonly name: string
  readonly check: FieldCheck
}

/** Maximum depth of messages; attribute values have a stricter limit where they are read. */
const MAX_MESSAGE_DEPTH = 256

const isWhole = (value: unknown, low: bigint, high: bigint): boolean => {
  if (typeof value === 'number') return Number.isInteger(value) && value >= Number(low) && value <= Number(high)
  if (typeof value !== 'string' || !/^-?\d{1,20}$/.test(value)) return false
  const number = BigInt(value)
  return number >= low && number <= high
}
const whole =
  (low: bigint, high: bigint, words: string): Check =>
  (value) =>
    isWhole(value, low, high) ? null : ` must be ${words}`
const number32 = (low: number, high: number, words: string): Check => {
  const asText = whole(BigInt(low), BigInt(high), words)
  return (value) =>
    typeof value === 'number' && Number.isInteger(value) && value >= low && value <= high ? null : asText(value, 0)
}

const INT_32 = number32(-(2 ** 31), 2 ** 31 - 1, 'a 32-bit integer')
const UINT_32 = number32(0, 2 ** 32 - 1, 'a 32-bit integer that is not negative')
const INT_64 = whole(-(2n ** 63n), 2n ** 63n - 1n, 'a 64-bit integer, as text or number')
const UINT_64 = whole(0n, 2n ** 64n - 1n, 'a 64-bit integer that is not negative, as text or number')
const DOUBLE = /^(?:NaN|-?Infinity|-?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?)$/
const BASE_64 = /^[\w+/-]*={0,2}$/

/** The scalar types of the protocol's messages, as the JSON mapping of protobuf writes them. */
const SCALARS: Readonly<Record<string, Check>> = {
  string: (value) => (typeof value === 'string' ? null : ' must be text'),
  bool: (value) => (typeof value === 'boolean' ? null : ' must be true or false'),
  double: (value) =>
    typeof value === 'number' || (typeof value === 'string' && DOUBLE.test(value)) ? null : ' must be a number',
  bytes: (value) => (typeof value === 'string' && BASE_64.test(value) ? null : ' must be text that holds bytes'),
  int32: INT_32,
  sint32: INT_32,
  uint32: UINT_32,
  fixed32: UINT_32,
  int64: INT_64,
  sfixed64: INT_64,
  uint64: UINT_64,
  fixed64: UINT_64,
}

/** One check a message type, created on first use. */
const messages = new Map<Type, Check>()

/**
 * Returns what is wrong with the types in a JSON request, such as `resourceSpans[0].scopeSpans[0].spans[2].name must be
 * text`, or null. The shape is that of the protobuf messages. As the protocol requires, unknown fields are ignored and null
 * counts as absent. Other names of fields are replaced by their own.
 */
export function problemOfJson(request: object, requestName: string): string | null {
  return messageCheck(requestType(requestName))(request, 0)?.slice(1) ?? null
}

function messageCheck(type: Type): Check {
  const known = messages.get(type)
  if (known !== undefined) return known
  let fields: Map<string, KnownField> | undefined
  const check: Check = (value, depth) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return ' must be an object'
    if (depth > MAX_MESSAGE_DEPTH) return ' is nested too deeply'
    fields ??= fieldsOf(type)
    const owner = value as Record<string, unknown>
    for (const key of Object.keys(owner)) {
      const field = fields.get(key)
      if (field === undefined || owner[key] === null || owner[key] === undefined) continue
      if (key !== field.name && !rename(owner, key, field.name)) return `.${key} is there as ${field.name}, too`
      const problem = field.check(owner, field.name, depth + 1)
      if (problem !== null) return `.${key}${problem}`
    }
    return missingContent(type.name, owner)
  }
  messages.set(type, check)
  return check
}

/** Returns the fields of a message by all their names. */
function fieldsOf(type: Type): Map<string, KnownField> {
  return new Map(
    type.fieldsArray.flatMap((field) => {
      const known = { name: field.name, check: fieldCheck(field) }
      return [field.name, ...otherNames(type.name, field.name)].map((name): [string, KnownField] => [name, known])
    }),
  )
}

/** Gives a value the field's own name; returns false if the field already exists. */
function rename(owner: Record<string, unknown>, from: string, to: string): boolean {
  if (owner[to] !== null && owner[to] !== undefined) return false
  owner[to] = owner[from]
  owner[from] = undefined
  return true
}

function fieldCheck(field: Field): FieldCheck {
  const { resolvedType } = field.resolve()
  if (resolvedType instanceof Enum) return enumCheck(resolvedType)
  const check = resolvedType instanceof Type ? messageCheck(resolvedType) : SCALARS[field.type]!
  return field.repeated ? listCheck(check) : (owner, key, depth) => check(owner[key], depth)
}

function listCheck(check: Check): FieldCheck {
  return (owner, key, depth) => {
    const items = owner[key]
    if (!Array.isArray(items)) return ' must be a list'
    for (let i = 0; i < items.length; i++) {
      const problem = check(items[i], depth)
      if (problem !== null) return `[${i}]${problem}`
    }
    return null
  }
}

/**
 * Returns a check of an enumerated value. Numbers are usual, also of later versions; some senders write names, and the
 * collector accepts them.
 */
function enumCheck({ values }: Enum): FieldCheck {
  return (owner, key, depth) => {
    const value = owner[key]
    if (typeof value === 'string' && Object.hasOwn(values, value)) {
      owner[key] = values[value]
      return null
    }
    return INT_32(value, depth)
  }
}
