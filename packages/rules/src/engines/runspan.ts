import { attributes as name } from '@runspan/model'

import { attribute, secondsAsNanoseconds, statusSaid } from '../expressions.ts'
import type { Rule } from '../rule.ts'

const isOurs = `ScopeName = '${name.SCOPE_NAME}'`

/**
 * Spans of Runspan itself, recognised by their scope: other programs use some of the same attribute names with other
 * meanings.
 */
export const runspan: Rule = {
  engine: 'runspan',
  about: 'Spans of @runspan/tracking.',
  task: {
    when: `${isOurs} AND ${attribute(name.WORKFLOW_TASK_ID)} != '' AND ${attribute(name.WORKFLOW_RUN_ID)} != ''`,
    runIsTold: 'by the span',
    runKey: attribute(name.WORKFLOW_RUN_ID),
    workflow: attribute(name.WORKFLOW_NAME),
    nodeId: attribute(name.WORKFLOW_TASK_ID),
    attempt: `toUInt16OrZero(${attribute(name.WORKFLOW_TASK_ATTEMPT)})`,
    status: statusSaid(name.WORKFLOW_TASK_STATUS),
    queueNs: secondsAsNanoseconds(name.WORKFLOW_TASK_QUEUE_TIME),
    dependencies: `if(${attribute(name.WORKFLOW_TASK_DEPENDENCIES)} = '', [], JSONExtract(${attribute(name.WORKFLOW_TASK_DEPENDENCIES)}, 'Array(String)'))`,
    errorType: attribute(name.ERROR_TYPE),
    errorMessage: 'StatusMessage',
    measured: true,
  },
  run: {
    when: `${isOurs} AND ${attribute(name.WORKFLOW_TASK_ID)} = '' AND ${attribute(name.WORKFLOW_RUN_ID)} != ''`,
    runKey: attribute(name.WORKFLOW_RUN_ID),
    workflow: attribute(name.WORKFLOW_NAME),
    status: statusSaid(name.WORKFLOW_RUN_STATUS),
    own: true,
    error: `if(StatusMessage != '', StatusMessage, ${attribute(name.WORKFLOW_RUN_REASON)})`,
    parentRunId: attribute(name.WORKFLOW_RUN_PARENT_ID),
    retryOf: attribute(name.WORKFLOW_RUN_RETRY_OF),
    trigger: attribute(name.WORKFLOW_RUN_TRIGGER),
    tags: attribute(name.WORKFLOW_RUN_TAGS),
    metadata: attribute(name.WORKFLOW_RUN_METADATA),
  },
}
