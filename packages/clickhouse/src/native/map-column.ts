import { attributeText, compareBytes } from './attribute-text.ts'
import { ByteWriter } from './byte-writer.ts'
import { type Column, LowCardinalityColumn, StringColumn, truncateOffsets } from './column.ts'

/** Attributes as an object, or as pairs where a key may come twice (OTLP allows it). */
export type Attributes = Readonly<Record<string, unknown>> | AttributePairs

/** Attributes in the order in which they came, keys possibly repeated. */
export class AttributePairs {
  readonly keys: string[] = []
  readonly values: unknown[] = []

  add(key: string, value: unknown): void {
    this.keys.push(key)
    this.values.push(value)
  }

  /** The value of a key, the last one where it came twice. */
  get(key: string): unknown {
    return this.values[this.keys.lastIndexOf(key)]
  }
}

/** The keys of an attribute set seen before: their sorted order, and their indexes in the dictionary of the current block. */
interface Shape {
  readonly keys: readonly string[]
  readonly order: readonly number[]
  readonly indexes: Uint32Array
  epoch: number
}

const hasOwn = Object.prototype.hasOwnProperty // the compiler knows it inside `for in`, unlike `Object.hasOwn`

/** More kinds of attribute sets than this and the oldest are forgotten. */
const MAX_SHAPES = 512

/**
 * `Map(LowCardinality(String), String)` with sorted keys, as the collector writes them.
 * Programs make few kinds of attribute sets: sorting and looking up their keys is done once a kind, not once a row.
 */
export class MapColumn implements Column {
  private readonly offsets = new ByteWriter()
  private readonly keys = new LowCardinalityColumn()
  private readonly values = new StringColumn()
  private readonly shapes = new Map<string, Shape[]>()
  private shapeCount = 0
  private total = 0
  // keys and values of the row being added; kept, so that a row allocates nothing
  private readonly rowKeys: string[] = []
  private readonly rowValues: unknown[] = []
  // the row before, where `addFixed` may repeat it
  private fixed: Attributes | undefined
  private fixedCount = 0
  private fixedFrom = 0
  private fixedTo = 0

  add(attributes: Attributes): void {
    this.fixed = undefined
    this.addRow(attributes)
  }

  /** The same for an object that never changes, as a resource's: rows of the same one are copied. */
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
    // reading keys and values in one loop of this form spares a look-up a value
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
    const shape: Shape = { keys: own, order: sortedOrder(own), indexes: new Uint32Array(count), epoch: -1 }
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
    this.rowValues.length = 0 // lets go of the host's objects
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

/** Positions of the keys in the order of their UTF-8 bytes; of equal keys the later comes first, so that a look-up finds the value set last. */
function sortedOrder(keys: readonly string[]): number[] {
  return keys.map((_, i) => i).sort((a, b) => compareBytes(keys[a]!, keys[b]!) || b - a)
}
