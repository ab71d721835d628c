import { attribute } from '../expressions.ts'
import type { Rule } from '../rule.ts'

const scope = `ScopeName = 'workflow'`
const runKey = attribute('workflow.run.id')
const status = attribute('workflow.run.status')
const isCancellation = `${attribute('rpc.method')} = 'world.events.create run_cancelled'`
const lastPart = (value: string): string => `arrayElement(splitByString('//', ${value}), -1)`

/**
 * No span is as long as the run: every resumption is a separate `WORKFLOW` span, and the run is all of them. Spans are OK
 * even if the run or step failed. It uses some of Runspan's attribute names with other meanings. Run ids are ULIDs, so
 * installations need not be distinguished.
 */
export const vercelWorkflow: Rule = {
  engine: 'vercel-workflow',
  about: 'Vercel Workflow 4.8. A step whose status is "running" has failed and will be retried.',
  task: {
    when: `${scope} AND startsWith(SpanName, 'STEP ') AND ${attribute('step.id')} != ''`,
    runIsTold: 'by the span',
    runKey,
    workflow: lastPart(attribute('workflow.name')),
    nodeId: lastPart(attribute('step.name')),
    taskId: attribute('step.id'),
    attempt: `toUInt16OrZero(${attribute('step.attempt')})`,
    status: `if(${attribute('step.status')} = 'completed', 'completed', 'failed')`,
    queueNs: `toUInt64OrZero(${attribute('workflow.queue.overhead_ms')}) * 1000000`,
    errorType: attribute('step.error.name'),
    errorMessage: attribute('step.error.message'),
  },
  run: {
    when: `${scope} AND ${runKey} != '' AND (startsWith(SpanName, 'WORKFLOW ') OR startsWith(SpanName, 'workflow.start ') OR ${isCancellation})`,
    runKey,
    workflow: lastPart(attribute('workflow.name')),
    status: `multiIf(${isCancellation}, 'cancelled', ${status} IN ('completed', 'failed', 'cancelled'), ${status}, '')`,
    start: `fromUnixTimestamp64Milli(nullIf(toInt64OrZero(${attribute('workflow.started_at')}), 0), 'UTC')`,
    end: `if(startsWith(SpanName, 'WORKFLOW ') OR ${isCancellation}, end, NULL)`,
    error: attribute('workflow.error.message'),
  },
}
