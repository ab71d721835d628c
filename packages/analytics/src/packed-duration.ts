/*
 * Many attempts or runs are chosen from in heaps of 64-bit numbers, which ClickHouse keeps much faster than tuples: what they are ordered by is in the upper half,
 * the duration in the lower.
 */

/** SQL of the duration in nanoseconds as the bits of a Float32, within 6e-8. */
export const PACKED_DURATION = 'reinterpretAsUInt32(toFloat32(greatest(duration_ns, 1)))'

/** SQL of the logarithm of the duration in a packed number. */
export function packedLogarithm(packed: string): string {
  return `log(reinterpretAsFloat32(toUInt32(bitAnd(${packed}, 4294967295))))`
}
