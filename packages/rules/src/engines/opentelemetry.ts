import { attributes as name } from '@runspan/model'

import { attribute, eventAttribute, secondsAsNanoseconds, statusSaid } from '../expressions.ts'
import { ENVIRONMENT_TELLS } from '../installation.ts'
import type { Rule } from '../rule.ts'

/** Scopes that use some of these attributes with other meanings: Vercel Workflow's and Kailash's. */
const SCOPES_OF_OTHERS = ['workflow', 'kailash']

const isTold = `ScopeName NOT IN (${SCOPES_OF_OTHERS.map((scope) => `'${scope}'`).join(', ')}) AND ${attribute(name.WORKFLOW_RUN_ID)} != '' AND ${attribute(name.WORKFLOW_NAME)} != ''`
/** Returns SQL of an error from an attribute or the status, else from the exception that SDKs record as an event. */
const orException = (value: string, ofEvent: string): string =>
  `if(${value} != '', ${value}, ${eventAttribute('exception', ofEvent)})`

/**
 * Spans of any program that sets Runspan's attributes itself, in any language and with any scope. A run is a root span,
 * because its parts have its id too. Such a program sends no heartbeats, so its runs are never lost by silence. Programs
 * choose the ids, and several services may report one run: a day's date is the same in staging and in production, and nothing
 * else distinguishes them.
 */
export const openTelemetry: Rule = {
  engine: 'opentelemetry',
  about: 'Any OpenTelemetry SDK, by the attributes workflow.name, workflow.run.id and workflow.task.id.',
  installation: ENVIRONMENT_TELLS,
  task: {
    when: `${isTold} AND ${attribute(name.WORKFLOW_TASK_ID)} != ''`,
    runIsTold: 'by the span',
    runKey: attribute(name.WORKFLOW_RUN_ID),
    workflow: attribute(name.WORKFLOW_NAME),
    nodeId: attribute(name.WORKFLOW_TASK_ID),
    attempt: `toUInt16OrZero(${attribute(name.WORKFLOW_TASK_ATTEMPT)})`,
    status: statusSaid(name.WORKFLOW_TASK_STATUS),
    queueNs: secondsAsNanoseconds(name.WORKFLOW_TASK_QUEUE_TIME),
    dependencies: `if(${attribute(name.WORKFLOW_TASK_DEPENDENCIES)} = '', [], JSONExtract(${attribute(name.WORKFLOW_TASK_DEPENDENCIES)}, 'Array(String)'))`,
    errorType: orException(attribute(name.ERROR_TYPE), 'exception.type'),
    errorMessage: orException('StatusMessage', 'exception.message'),
  },
  run: {
    when: `${isTold} AND ParentSpanId = '' AND ${attribute(name.WORKFLOW_TASK_ID)} = ''`,
    runKey: attribute(name.WORKFLOW_RUN_ID),
    workflow: attribute(name.WORKFLOW_NAME),
    status: statusSaid(name.WORKFLOW_RUN_STATUS),
    error: `if(StatusMessage != '', StatusMessage, ${orException(attribute(name.WORKFLOW_RUN_REASON), 'exception.message')})`,
    trigger: attribute(name.WORKFLOW_RUN_TRIGGER),
    retryOf: attribute(name.WORKFLOW_RUN_RETRY_OF),
    tags: attribute(name.WORKFLOW_RUN_TAGS),
    metadata: attribute(name.WORKFLOW_RUN_METADATA),
  },
}
