import { attributes as names } from '@runspan/model'

import type { Source } from '../rows/source.ts'
import type { SpanRow } from '../rows/span-row.ts'

/** A line of a journal of open spans: the source, an open span, or an ended one. */
export type JournalLine =
  | { readonly source: Source }
  /** `from` is the number of its source's line among the lines of sources. */
  | { readonly open: OpenSpan; readonly from: number }
  | { readonly end: string }

/** The fields of an open span that are needed to end it for a process that has gone. */
export type OpenSpan = Pick<SpanRow, 'start' | 'traceId' | 'spanId' | 'parentSpanId' | 'name' | 'kind' | 'attributes'>

/** Attributes that identify the span's run and task; the others are only known at its end. */
const KEPT: readonly string[] = [
  names.WORKFLOW_NAME,
  names.WORKFLOW_RUN_ID,
  names.WORKFLOW_TASK_ID,
  names.WORKFLOW_TASK_ATTEMPT,
  names.WORKFLOW_TASK_DEPENDENCIES,
  names.WORKFLOW_TASK_QUEUE_TIME,
]

export function openSpanOf(row: SpanRow): OpenSpan {
  const { start, traceId, spanId, parentSpanId, name, kind } = row
  const all = row.attributes as Readonly<Record<string, unknown>>
  const attributes = Object.fromEntries(KEPT.filter((key) => all[key] !== undefined).map((key) => [key, all[key]]))
  return { start, traceId, spanId, parentSpanId, name, kind, attributes: attributes as OpenSpan['attributes'] }
}

/**
 * Returns the spans that are open at the end of a journal, with their sources. Lines truncated by a crash, or of another
 * format, are skipped.
 */
export function openSpansIn(text: string): { readonly span: OpenSpan; readonly source: Source }[] {
  const sources: Source[] = []
  const open = new Map<string, { readonly span: OpenSpan; readonly source: Source }>()
  for (const line of text.split('\n')) {
    const said = parse(line)
    if (said === null) continue
    if ('source' in said) sources.push(said.source)
    else if ('end' in said) open.delete(said.end)
    else {
      const source = sources[said.from]
      if (source !== undefined) open.set(said.open.spanId, { span: said.open, source })
    }
  }
  return [...open.values()]
}

function parse(line: string): JournalLine | null {
  try {
    const value = JSON.parse(line) as Partial<Record<'source' | 'open' | 'end', unknown>> | null
    if (typeof value !== 'object' || value === null) return null
    const isOurs = typeof value.end === 'string' || isSource(value.source) || isOpenSpan(value.open)
    return isOurs ? (value as JournalLine) : null
  } catch {
    return null // last line of a process that was killed
  }
}

function isSource(value: unknown): boolean {
  return typeof (value as Source | undefined)?.serviceName === 'string'
}

function isOpenSpan(value: unknown): boolean {
  const span = value as OpenSpan | undefined
  return (
    typeof span?.name === 'string' &&
    /^[0-9a-f]{32}$/.test(String(span.traceId)) &&
    /^[0-9a-f]{16}$/.test(String(span.spanId)) &&
    Array.isArray(span.start) &&
    span.start.every((part) => Number.isSafeInteger(part) && part >= 0)
  )
}
