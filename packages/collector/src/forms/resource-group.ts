import { isObject, type Json } from './values.ts'

/** Name of the groups of records in the requests of each signal, by the list that a group has. */
const GROUPS = [
  ['resourceSpans', ['scopeSpans', 'scope_spans', 'instrumentationLibrarySpans']],
  ['resourceLogs', ['scopeLogs', 'scope_logs', 'instrumentationLibraryLogs']],
  ['resourceMetrics', ['scopeMetrics', 'scope_metrics', 'instrumentationLibraryMetrics']],
] as const

/**
 * Returns whether a value is one group of an OTLP request, which Java's logging exporter writes without the request around
 * it.
 */
export function isResourceGroup(value: Json): boolean {
  return (isObject(value['resource']) || value['resource'] === undefined) && signalOf(value) !== undefined
}

/** Returns the request around a group. */
export function resourceGroupToOtlp(value: Json): object {
  return { [signalOf(value)!]: [value] }
}

function signalOf(value: Json): string | undefined {
  return GROUPS.find(([, lists]) => lists.some((list) => Array.isArray(value[list])))?.[0]
}
