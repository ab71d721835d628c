/** So many attempts of a day, node and version are kept as a sample in the rollup: a seventh of the 500 that a week is compared by, and a third more, as chance does not share equally. */
export const SAMPLE_OF_A_DAY = 96

/**
 * SQL of an attempt in 64 bits: 22 bits of a hash of its start, the day (UTC) modulo 1024, the duration in nanoseconds as the bits of a Float32, within 6e-8. Those with the
 * smallest hashes are a sample, the same one each time, and samples of parts make one of the whole.
 */
export function hashedAttempt(start: string, durationNs: string): string {
  return `bitOr(bitOr(bitShiftLeft(intHash64(toUnixTimestamp64Nano(${start})), 42), bitShiftLeft(bitAnd(toUInt64(intDiv(toUnixTimestamp64Nano(${start}), 86400000000000)), 1023), 32)),
    reinterpretAsUInt32(toFloat32(greatest(${durationNs}, 1))))`
}
