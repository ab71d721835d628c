import { airflow } from './airflow.ts'
import { bullmq } from './bullmq.ts'
import { n8n } from './n8n.ts'
import { openTelemetry } from './opentelemetry.ts'
import type { Rule } from './rule.ts'
import { runspan } from './runspan.ts'
import { vercelWorkflow } from './vercel-workflow.ts'

/** Every source that Runspan recognises. A new one is a file here and a line in this list. */
export const RULES: readonly Rule[] = [runspan, bullmq, airflow, vercelWorkflow, n8n, openTelemetry]
