import { type RunRule, SAMPLE_WEIGHT } from '@runspan/rules'

/** A value of a run, the largest of all records: its column, and its source in a span. */
export interface RunValue {
  readonly name: string
  /** The column's type: a word that many runs share, any text, or a number. */
  readonly kind: 'name' | 'text' | 'number'
  /** Source: SQL over any span of the run, or the part of a rule that is read on the run's own spans. */
  readonly saidBy: { readonly span: string } | { readonly rule: Exclude<keyof RunRule, 'own'> }
}

/**
 * Values of runs, in the order of the table. A new one needs an entry here, its name in `RUN_TEXTS` of `@runspan/analytics`,
 * and a file of `schema/` that adds the column and contains `{{rule views}}`.
 */
export const RUN_VALUES: readonly RunValue[] = [
  { name: 'version', kind: 'name', saidBy: { span: `ResourceAttributes['service.version']` } },
  { name: 'service', kind: 'name', saidBy: { span: 'ServiceName' } },
  { name: 'instance', kind: 'name', saidBy: { span: `ResourceAttributes['service.instance.id']` } },
  { name: 'trace_id', kind: 'text', saidBy: { span: 'TraceId' } },
  { name: 'parent_run_id', kind: 'text', saidBy: { rule: 'parentRunId' } },
  { name: 'retry_of', kind: 'text', saidBy: { rule: 'retryOf' } },
  { name: 'trigger', kind: 'name', saidBy: { rule: 'trigger' } },
  { name: 'tags', kind: 'text', saidBy: { rule: 'tags' } },
  { name: 'metadata', kind: 'text', saidBy: { rule: 'metadata' } },
  { name: 'error', kind: 'text', saidBy: { rule: 'error' } },
  { name: 'sample_weight', kind: 'number', saidBy: { span: SAMPLE_WEIGHT } },
]
