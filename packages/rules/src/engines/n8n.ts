import { attribute, eventAttribute, IS_ERROR, translate } from '../expressions.ts'
import { resourceTells, SERVICE_TELLS } from '../installation.ts'
import type { Rule } from '../rule.ts'

const scope = `ScopeName = 'n8n-workflow'`

/**
 * Nodes have no id of their execution: their parent span has it, and arrives last. Executions count from 1 in each database.
 */
export const n8n: Rule = {
  engine: 'n8n',
  about: 'n8n 2. Retries of a node are one span without a count; nodes on branches not taken leave nothing.',
  installation: resourceTells('n8n.instance.id', SERVICE_TELLS),
  task: {
    when: `${scope} AND SpanName = 'node.execute'`,
    runIsTold: 'by the parent',
    nodeId: attribute('n8n.node.name'),
    status: `if(${IS_ERROR}, 'failed', 'completed')`,
    errorType: eventAttribute('exception', 'exception.type'),
    errorMessage: eventAttribute('exception', 'exception.message'),
  },
  run: {
    when: `${scope} AND SpanName = 'workflow.execute'`,
    runKey: attribute('n8n.execution.id'),
    workflow: attribute('n8n.workflow.name'),
    status: translate(
      attribute('n8n.execution.status'),
      {
        success: 'completed',
        error: 'failed',
        crashed: 'failed',
        canceled: 'cancelled',
        waiting: '',
        running: '',
        new: '',
      },
      'failed',
    ),
    error: eventAttribute('exception', 'exception.message'),
    trigger: attribute('n8n.execution.mode'),
  },
}
