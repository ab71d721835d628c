const NAMES: Readonly<Record<string, string>> = {
  airflow: 'Airflow',
  bullmq: 'BullMQ',
  n8n: 'n8n',
  opentelemetry: 'OpenTelemetry',
  'vercel-workflow': 'Vercel Workflow',
}

/** Returns the common name of an engine; its rule's name if there is none. */
export function engineName(rule: string): string {
  return NAMES[rule] ?? rule
}
