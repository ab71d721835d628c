import { attribute, eventAttribute, hasEvent } from '../expressions.ts'
import { SERVICE_TELLS } from '../installation.ts'
import type { Rule } from '../rule.ts'

const operation = attribute('bullmq.queue.operation')
const runKey = `concat(${attribute('bullmq.queue.name')}, ':', ${attribute('bullmq.job.id')})`

/**
 * A job is a run of one task. The user chooses the scope's name, so attributes decide. Each `process` span is one attempt
 * with its outcome in an event; the small spans `complete` and `fail` show that the job is over (after `retry` and `delay`
 * another attempt follows). Job ids are unique only per queue, and count from 1 in each Redis. Only spans of workers are
 * used, and those of a queue are one service; the producer may be another.
 */
export const bullmq: Rule = {
  engine: 'bullmq',
  about: 'BullMQ 6 with bullmq-otel 2. Flows fall apart: no span says which job is whose parent.',
  installation: SERVICE_TELLS,
  task: {
    when: `${operation} = 'process' AND ${attribute('bullmq.job.id')} != ''`,
    runIsTold: 'by the span',
    runKey,
    workflow: attribute('bullmq.job.name'),
    nodeId: attribute('bullmq.job.name'),
    attempt: `toUInt16OrZero(${attribute('bullmq.job.attempts.made')})`,
    status: `multiIf(${hasEvent('job completed')}, 'completed', ${hasEvent('job failed')}, 'failed', 'running')`,
    errorType: `'Error'`,
    errorMessage: eventAttribute('job failed', 'bullmq.job.failed.reason'),
  },
  run: {
    when: `${operation} IN ('complete', 'fail') AND ${attribute('bullmq.job.id')} != ''`,
    runKey,
    workflow: attribute('bullmq.job.name'),
    status: `if(${operation} = 'complete', 'completed', 'failed')`,
    start: 'NULL',
    end: 'NULL',
  },
}
