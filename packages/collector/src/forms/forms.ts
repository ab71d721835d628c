import { isJaeger, jaegerToOtlp } from './jaeger.ts'
import { isResourceGroup, resourceGroupToOtlp } from './resource-group.ts'
import { isTempo, tempoToOtlp } from './tempo.ts'
import { isObject, type Json, notTaken } from './values.ts'
import { isZipkin, zipkinToOtlp } from './zipkin.ts'

/** A JSON document that is no OTLP request, and what makes it one. */
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

/** All forms known, the first that recognises a document is its own: those that are taken, and those that are said to be what they are. */
const FORMS: readonly Form[] = [
  { recognises: isResourceGroup, toOtlp: resourceGroupToOtlp },
  { recognises: isTempo, toOtlp: tempoToOtlp },
  { recognises: isJaeger, toOtlp: jaegerToOtlp },
  { recognises: isZipkin, toOtlp: zipkinToOtlp },
  {
    recognises: (value) => Array.isArray(value['binaryAnnotations']),
    toOtlp: refused('a span of Zipkin’s first version; take /api/v2/traces of it'),
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

/** Returns the OTLP request that a document of a file stands for; what is of no known form comes back as it is. Throws `NOT_OTLP` for what is known and not taken. */
export function otlpOf(value: unknown): unknown {
  if (!isObject(value) || Object.keys(value).some((key) => /^resource_?(spans|logs|metrics)$/i.test(key))) return value
  const form = FORMS.find(({ recognises }) => recognises(value))
  return form === undefined ? value : form.toOtlp(value)
}
