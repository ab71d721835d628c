/** More runs than this nobody leaves out for one: a larger weight comes from a broken or hostile trace state. */
const MOST = '1e6'

/** Threshold of OpenTelemetry's consistent probability sampling in a W3C trace state, `ot=…th:e666…`: up to 14 hexadecimal digits, zeros at the end left out. */
const THRESHOLD = String.raw`extract(TraceState, '(?:^|,)\\s*ot=(?:[^,]*;)?th:([0-9a-f]{1,14})(?:[;,\\s]|$)')`

/**
 * SQL of how many spans a span stands for, as its sampler says: 2^56 ÷ (2^56 − threshold), or the attribute `SampleRate` that some samplers
 * leave. 0 where nothing is said; 0.5 where a tail sampler names the policy that kept the span, and no weight: sampled, by nobody knows how
 * much.
 */
export const SAMPLE_WEIGHT: string = `multiIf(${THRESHOLD} != '', least(${MOST}, 72057594037927936. / (72057594037927936. - toFloat64(reinterpretAsUInt64(reverse(unhex(rightPad(${THRESHOLD}, 14, '0'))))))),
    toFloat64OrZero(SpanAttributes['SampleRate']) >= 1, least(${MOST}, toFloat64OrZero(SpanAttributes['SampleRate'])),
    SpanAttributes['tailsampling.policy'] != '', 0.5, 0.)`
