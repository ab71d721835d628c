/** `SpanKind` as stored in the tables, by OTLP's number of the kind; the SDK's number is one less. */
export const SPAN_KINDS: readonly string[] = ['Unspecified', 'Internal', 'Server', 'Client', 'Producer', 'Consumer']

/** `StatusCode` as stored in the tables, by OTLP's number, which is also the SDK's. */
export const STATUS_CODES: readonly string[] = ['Unset', 'Ok', 'Error']
