import { isJaeger, jaegerToOtlp } from './jaeger.ts'
import { isResourceGroup, resourceGroupToOtlp } from './resource-group.ts'
import { isTempo, tempoToOtlp } from './tempo.ts'
import { isObject, type Json, notTaken } from './values.ts'
import { isZipkin, zipkinToOtlp } from './zipkin.ts'

/** A kind of JSON document other than OTLP, and its conversion to OTLP. */
interface Form {
  readonly recognises: (value: Json) => boolean
  readonly toOtlp: (value: Json) => object
}

const has = (value: Json, ...keys: readonly string[]): boolean => keys.every((key) => key in value)

function refused(what: string): () => never {
  return () => {
    throw notTaken(what)
  }
}

/**
 * All known forms. The first that recognises a document is used: some are converted, others only get a specific error.
 */
const FORMS: readonly Form[] = [
  { recognises: isResourceGroup, toOtlp: resourceGroupToOtlp },
  { recognises: isTempo, toOtlp: tempoToOtlp },
  { recognises: isJaeger, toOtlp: jaegerToOtlp },
  { recognises: isZipkin, toOtlp: zipkinToOtlp },
  {
    recognises: (value) => Array.isArray(value['binaryAnnotations']),
    toOtlp: refused('a span of Zipkin’s first version; use /api/v2/traces instead'),
  },
  {
    recognises: (value) => has(value, 'SpanContext', 'Name'),
    toOtlp: refused('a span as Go’s stdouttrace prints it; use the OTLP exporter (otlptracehttp) instead'),
  },
  {
    recognises: (value) => isObject(value['context']) && has(value, 'parent_id', 'start_time'),
    toOtlp: refused(
      'a span as Python’s console exporter prints it; use the OTLP exporter (opentelemetry-exporter-otlp-proto-http) instead',
    ),
  },
  {
    recognises: (value) => Array.isArray(value['traceEvents']),
    toOtlp: refused('a trace of Chrome’s format, which has no trace and span ids; use an OTLP exporter instead'),
  },
  {
    recognises: (value) => has(value, 'data') && has(value, 'errors'),
    toOtlp: refused('an answer of Jaeger’s API without a trace in it'),
  },
]

/**
 * Returns the OTLP request for a document of a file; a document of no known form is returned unchanged. Throws `NOT_OTLP` for
 * a known form that is not accepted.
 */
export function otlpOf(value: unknown): unknown {
  if (!isObject(value) || Object.keys(value).some((key) => /^resource_?(spans|logs|metrics)$/i.test(key))) return value
  const form = FORMS.find(({ recognises }) => recognises(value))
  return form === undefined ? value : form.toOtlp(value)
}
