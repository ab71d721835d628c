/** Kind of a value at a position of a protobuf body. */
export const RawKind = { none: 0, text: 1, true: 2, false: 3, integer: 4, double: 5, told: 6 } as const

/**
 * Attributes of one record as positions in the body they came in, so that no objects are created. It is reused for each
 * record.
 */
export class RawAttributes {
  count = 0
  readonly keyFrom: number[] = []
  readonly keyTo: number[] = []
  /** One of `RawKind`. */
  readonly kind: number[] = []
  /** Where the value starts: the bytes of a text or a double, the varint of an integer. */
  readonly from: number[] = []
  readonly to: number[] = []
  /** Values that had to be converted to text: lists and maps. */
  readonly told: string[] = []

  add(keyFrom: number, keyTo: number, kind: number, from: number, to: number, told = ''): void {
    const at = this.count++
    this.keyFrom[at] = keyFrom
    this.keyTo[at] = keyTo
    this.kind[at] = kind
    this.from[at] = from
    this.to[at] = to
    this.told[at] = told
  }
}
