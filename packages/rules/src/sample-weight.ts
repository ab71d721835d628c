/** Maximum weight: a larger one comes from a broken or hostile trace state. */
const MOST = '1e6'

/**
 * Threshold of OpenTelemetry's consistent probability sampling in a W3C trace state, `ot=…th:e666…`: up to 14 hexadecimal
 * digits, without trailing zeros.
 */
const THRESHOLD = String.raw`extract(TraceState, '(?:^|,)\\s*ot=(?:[^,]*;)?th:([0-9a-f]{1,14})(?:[;,\\s]|$)')`

/**
 * SQL of the number of spans that a span represents, by its sampler: 2^56 ÷ (2^56 − threshold), or the attribute `SampleRate`
 * that some samplers set. 0 if unknown; 0.5 if a tail sampler names the policy that kept the span, but no weight: it is
 * sampled, at an unknown rate.
 */
export const SAMPLE_WEIGHT: string = `multiIf(${THRESHOLD} != '', least(${MOST}, 72057594037927936. / (72057594037927936. - toFloat64(reinterpretAsUInt64(reverse(unhex(rightPad(${THRESHOLD}, 14, '0'))))))),
    toFloat64OrZero(SpanAttributes['SampleRate']) >= 1, least(${MOST}, toFloat64OrZero(SpanAttributes['SampleRate'])),
    SpanAttributes['tailsampling.policy'] != '', 0.5, 0.)`
