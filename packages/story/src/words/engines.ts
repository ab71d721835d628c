const NAMES: Readonly<Record<string, string>> = {
  airflow: 'Airflow',
  bullmq: 'BullMQ',
  n8n: 'n8n',
  opentelemetry: 'OpenTelemetry',
  'vercel-workflow': 'Vercel Workflow',
}

/** What people call an engine; its rule's name where nobody said. */
export function engineName(rule: string): string {
  return NAMES[rule] ?? rule
}
