import { airflow } from './engines/airflow.ts'
import { bullmq } from './engines/bullmq.ts'
import { n8n } from './engines/n8n.ts'
import { openTelemetry } from './engines/opentelemetry.ts'
import { runspan } from './engines/runspan.ts'
import { vercelWorkflow } from './engines/vercel-workflow.ts'
import type { Rule } from './rule.ts'

/** All sources that Runspan recognises. A new one needs a file here and a line in this list. */
export const RULES: readonly Rule[] = [runspan, bullmq, airflow, vercelWorkflow, n8n, openTelemetry]
