import { attributeText, compareBytes } from './attribute-text.ts'
import { ByteWriter } from './byte-writer.ts'
import { BytesIndex } from './bytes-index.ts'
import { type Column, LowCardinalityColumn, StringColumn, truncateOffsets } from './column.ts'
import { type RawAttributes, RawKind } from './raw-attributes.ts'

/** Attributes as an object, or as pairs in which a key may be repeated (OTLP allows it). */
export type Attributes = Readonly<Record<string, unknown>> | AttributePairs

/** Attributes in the order in which they came, with possibly repeated keys. */
export class AttributePairs {
  readonly keys: string[] = []
  readonly values: unknown[] = []

  add(key: string, value: unknown): void {
    this.keys.push(key)
    this.values.push(value)
  }

  /** Returns the value of a key, the last one if it is repeated. */
  get(key: string): unknown {
    return this.values[this.keys.lastIndexOf(key)]
  }
}

/** Keys of a known attribute set: their sorted order, and their indexes in the dictionary of the current block. */
interface Shape {
  readonly keys: readonly string[]
  readonly order: readonly number[]
  readonly indexes: Uint32Array
  epoch: number
}

const hasOwn = Object.prototype.hasOwnProperty // the compiler optimizes it inside `for in`, unlike `Object.hasOwn`

/** Maximum kinds of attribute sets; beyond it the oldest are forgotten. */
const MAX_SHAPES = 512

/**
 * `Map(LowCardinality(String), String)` with sorted keys, as the collector writes them.
 * Programs have few kinds of attribute sets, so their keys are sorted and looked up once a kind, not once a row.
 */
export class MapColumn implements Column {
  private readonly offsets = new ByteWriter()
  private readonly keys = new LowCardinalityColumn()
  private readonly values = new StringColumn()
  private readonly shapes = new Map<string, Shape[]>()
  private shapeCount = 0
  private readonly seen = new BytesIndex()
  private seenGeneration = 0
  private readonly rawIds: number[] = []
  /** Kinds of attribute sets that came as positions in a body, by a hash of their keys' numbers. */
  private readonly rawShapes = new Map<number, { readonly ids: readonly number[]; readonly shape: Shape }>()
  private total = 0
  // keys and values of the row being added; reused, so that a row allocates nothing
  private readonly rowKeys: string[] = []
  private readonly rowValues: unknown[] = []
  // the previous row, if `addFixed` may repeat it
  private fixed: Attributes | undefined
  private fixedCount = 0
  private fixedFrom = 0
  private fixedTo = 0

  add(attributes: Attributes): void {
    this.fixed = undefined
    this.addRow(attributes)
  }

  /** Adds an object that never changes, such as a resource's: rows of the same object are copied. */
  addFixed(attributes: Attributes): void {
    if (attributes === this.fixed) {
      this.keys.repeatLast(this.fixedCount)
      this.values.repeat(this.fixedFrom, this.fixedTo)
      this.total += this.fixedCount
      this.offsets.uint64Number(this.total)
      return
    }
    const before = this.total
    this.fixedFrom = this.values.size
    this.addRow(attributes)
    this.fixedTo = this.values.size
    this.fixedCount = this.total - before
    this.fixed = attributes
  }

  private addRow(attributes: Attributes): void {
    if (attributes instanceof AttributePairs) this.addPairs(attributes.keys, attributes.values)
    else this.addObject(attributes)
    this.offsets.uint64Number(this.total)
  }

  private addObject(attributes: Readonly<Record<string, unknown>>): void {
    const { rowKeys, rowValues } = this
    let count = 0
    // reading keys and values in one loop of this form saves a look-up a value
    for (const key in attributes) {
      if (!hasOwn.call(attributes, key)) continue
      rowKeys[count] = key
      rowValues[count++] = attributes[key]
    }
    if (count === 0) return
    const shape = this.shapeOf(rowKeys, count)
    const { order, indexes } = shape
    if (shape.epoch !== this.keys.epoch) {
      for (let i = 0; i < count; i++) indexes[i] = this.keys.index(shape.keys[order[i]!]!)
      shape.epoch = this.keys.epoch
    }
    for (let i = 0; i < count; i++) {
      this.keys.addIndex(indexes[i]!)
      const value = rowValues[order[i]!]
      if (typeof value === 'string') this.values.add(value)
      else if (typeof value === 'number') this.values.addNumber(value)
      else this.values.add(attributeText(value))
    }
    this.total += count
  }

  private addPairs(keys: readonly string[], values: readonly unknown[]): void {
    for (const at of sortedOrder(keys)) {
      this.keys.add(keys[at]!)
      this.values.add(attributeText(values[at]))
    }
    this.total += keys.length
  }

  /** Adds attributes that are positions in a body. */
  addRaw(raw: RawAttributes, source: Buffer): void {
    this.fixed = undefined
    const { count } = raw
    if (count > 0) {
      const { order, indexes } = this.rawShapeOf(raw, source)
      for (let i = 0; i < count; i++) {
        this.keys.addIndex(indexes[i]!)
        this.addRawValue(raw, order[i]!, source)
      }
      this.total += count
    }
    this.offsets.uint64Number(this.total)
  }

  private addRawValue(raw: RawAttributes, at: number, source: Buffer): void {
    const from = raw.from[at]!
    switch (raw.kind[at]) {
      case RawKind.text:
        return this.values.addUtf8(source, from, raw.to[at]!)
      case RawKind.integer:
        return this.addVarint(source, from)
      case RawKind.double:
        return this.values.addNumber(source.readDoubleLE(from))
      case RawKind.told:
        return this.values.add(raw.told[at]!)
      case RawKind.true:
        return this.values.add('true')
      case RawKind.false:
        return this.values.add('false')
      default:
        return this.values.add('')
    }
  }

  /** Adds a signed 64-bit integer as its digits. */
  private addVarint(source: Buffer, from: number): void {
    let value = 0
    let scale = 1
    let at = from
    for (; source[at]! >= 128 && at - from < 7; scale *= 128) value += (source[at++]! & 127) * scale
    if (source[at]! < 128 && at - from < 7) return this.values.addNumber(value + source[at]! * scale)
    let big = 0n
    let shift = 0n
    for (at = from; source[at]! >= 128 && at - from < 9; shift += 7n) big |= BigInt(source[at++]! & 127) << shift
    big |= BigInt(source[at]! & 127) << shift
    this.values.add(BigInt.asIntN(64, big).toString())
  }

  private rawShapeOf(raw: RawAttributes, source: Buffer): Shape {
    const { count } = raw
    const { seen, rawIds } = this
    let hash = count
    for (let i = 0; i < count; i++) {
      const number = seen.of(source, raw.keyFrom[i]!, raw.keyTo[i]!)
      rawIds[i] = number
      hash = (Math.imul(hash, 31) + number) | 0
    }
    if (seen.generation !== this.seenGeneration) {
      // the index was reset, perhaps within this row: earlier numbers are invalid
      this.seenGeneration = seen.generation
      this.rawShapes.clear()
      return this.rawShapeOf(raw, source)
    }
    let known = this.rawShapes.get(hash)
    if (known === undefined || !sameIds(known.ids, rawIds, count)) {
      if (this.rawShapes.size >= MAX_SHAPES) this.rawShapes.clear()
      const ids = rawIds.slice(0, count)
      known = { ids, shape: this.newShape(ids.map((number) => seen.texts[number]!)) }
      this.rawShapes.set(hash, known)
    }
    const { shape } = known
    if (shape.epoch !== this.keys.epoch) {
      for (let i = 0; i < count; i++) shape.indexes[i] = this.keys.index(shape.keys[shape.order[i]!]!)
      shape.epoch = this.keys.epoch
    }
    return shape
  }

  private newShape(keys: readonly string[]): Shape {
    return { keys, order: sortedOrder(keys), indexes: new Uint32Array(keys.length), epoch: -1 }
  }

  private shapeOf(keys: readonly string[], count: number): Shape {
    const candidates = this.shapes.get(keys[count - 1]!)
    if (candidates !== undefined) {
      for (const shape of candidates) {
        if (shape.keys.length !== count) continue
        let i = 0
        while (i < count && shape.keys[i] === keys[i]) i++
        if (i === count) return shape
      }
    }
    if (this.shapeCount >= MAX_SHAPES) {
      this.shapes.clear()
      this.shapeCount = 0
    }
    const own = keys.slice(0, count)
    const shape = this.newShape(own)
    const list = this.shapes.get(keys[count - 1]!)
    if (list === undefined) this.shapes.set(keys[count - 1]!, [shape])
    else list.push(shape)
    this.shapeCount++
    return shape
  }

  writeState(out: ByteWriter): void {
    this.keys.writeState(out)
  }

  writeData(out: ByteWriter): void {
    out.append(this.offsets)
    this.keys.writeData(out)
    this.values.writeData(out)
  }

  reset(): void {
    this.offsets.reset()
    this.keys.reset()
    this.values.reset()
    this.total = 0
    this.fixed = undefined
    this.rowValues.length = 0 // releases the host's objects
  }

  truncate(rows: number): void {
    this.fixed = undefined
    this.total = truncateOffsets(this.offsets, rows)
    this.keys.truncate(this.total)
    this.values.truncate(this.total)
  }

  get size(): number {
    return this.offsets.length + this.keys.size + this.values.size
  }
}

function sameIds(ids: readonly number[], other: readonly number[], count: number): boolean {
  if (ids.length !== count) return false
  for (let i = 0; i < count; i++) if (ids[i] !== other[i]) return false
  return true
}

/**
 * Returns positions of the keys in the order of their UTF-8 bytes; of equal keys the later comes first, so that a look-up
 * finds the value set last.
 */
function sortedOrder(keys: readonly string[]): number[] {
  return keys.map((_, i) => i).sort((a, b) => compareBytes(keys[a]!, keys[b]!) || b - a)
}
