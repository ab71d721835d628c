import { isObject, type Json } from './values.ts'

/** What a group of records is called in the requests of each signal, by the list that it holds. */
const GROUPS = [
  ['resourceSpans', ['scopeSpans', 'scope_spans', 'instrumentationLibrarySpans']],
  ['resourceLogs', ['scopeLogs', 'scope_logs', 'instrumentationLibraryLogs']],
  ['resourceMetrics', ['scopeMetrics', 'scope_metrics', 'instrumentationLibraryMetrics']],
] as const

/** Whether it is one group of an OTLP request, as Java's logging exporter writes each without the request around it. */
export function isResourceGroup(value: Json): boolean {
  return (isObject(value['resource']) || value['resource'] === undefined) && signalOf(value) !== undefined
}

/** The request around it. */
export function resourceGroupToOtlp(value: Json): object {
  return { [signalOf(value)!]: [value] }
}

function signalOf(value: Json): string | undefined {
  return GROUPS.find(([, lists]) => lists.some((list) => Array.isArray(value[list])))?.[0]
}
