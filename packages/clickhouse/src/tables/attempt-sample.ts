/*
 * Attempts or runs are selected from many in heaps of 64-bit numbers, which ClickHouse handles much faster than tuples: the
 * sort key is in the upper half, the duration in the lower. A sample of the attempts of each day is stored in this form.
 */

/**
 * Attempts of a day, node and version that the rollup keeps as a sample: a seventh of the 500 that a week is compared by, and
 * a third more, because chance does not distribute them evenly.
 */
export const SAMPLE_OF_A_DAY = 96

/** Returns SQL of a duration in nanoseconds as the bits of a Float32, within 6e-8. */
export function packedDuration(durationNs: string): string {
  return `reinterpretAsUInt32(toFloat32(greatest(${durationNs}, 1)))`
}

/** Returns SQL of the logarithm of the duration in a packed number. */
export function packedLogarithm(packed: string): string {
  return `log(reinterpretAsFloat32(toUInt32(bitAnd(${packed}, 4294967295))))`
}

/**
 * Returns SQL of an attempt in 64 bits: 22 bits of a hash of its start, the day (UTC) modulo 1024, the packed duration. Those
 * with the smallest hashes are a sample, the same one each time, and samples of parts combine to one of the whole.
 */
export function hashedAttempt(start: string, durationNs: string): string {
  return `bitOr(bitOr(bitShiftLeft(intHash64(toUnixTimestamp64Nano(${start})), 42), bitShiftLeft(bitAnd(toUInt64(intDiv(toUnixTimestamp64Nano(${start}), 86400000000000)), 1023), 32)),
    ${packedDuration(durationNs)})`
}

/** Returns SQL of the hash in a hashed attempt; `LARGEST_HASH` is the maximum. */
export const hashOf = (attempt: string): string => `bitShiftRight(${attempt}, 42)`
export const LARGEST_HASH = 4_194_303

/** Returns SQL of the day in a hashed attempt, modulo 1024. */
export const dayOf = (attempt: string): string => `bitAnd(bitShiftRight(${attempt}, 32), 1023)`
