import { attribute, IS_ERROR, translate } from '../expressions.ts'
import { DEPLOYMENT_TELLS } from '../installation.ts'
import type { Rule } from '../rule.ts'

const dag = attribute('airflow.dag_id')
const run = attribute('airflow.dag_run.run_id')
const mapIndex = attribute('airflow.task_instance.map_index')
const runKey = `concat(${dag}, '/', ${run})`

/**
 * All attempts of a task share one span id, so an attempt is identified by its task instance. Skipped and retried tasks have
 * status Error: only the state shows their outcome. A task's span starts when it is queued. Run ids are unique only per DAG,
 * and contain dates, so every deployment has the same ones. The scheduler reports the run, the API server its tasks, each
 * under a configurable service name.
 */
export const airflow: Rule = {
  engine: 'airflow',
  about: 'Airflow 3.3. No error text anywhere; branches not taken and runs marked failed by hand leave no span.',
  installation: DEPLOYMENT_TELLS,
  task: {
    when: `ScopeName = 'airflow.api_fastapi.execution_api.routes.task_instances' AND startsWith(SpanName, 'task_run.')`,
    runIsTold: 'by the span',
    runKey,
    workflow: dag,
    nodeId: `if(${mapIndex} IN ('', '-1'), ${attribute('airflow.task_id')}, concat(${attribute('airflow.task_id')}, '[', ${mapIndex}, ']'))`,
    taskId: attribute('airflow.task_instance.id'),
    attempt: `toUInt16OrZero(${attribute('airflow.task_instance.try_number')})`,
    status: translate(
      attribute('airflow.task_instance.state'),
      { success: 'completed', skipped: 'skipped', failed: 'failed', up_for_retry: 'failed', removed: 'cancelled' },
      'failed',
    ),
    errorType: `'Error'`,
  },
  run: {
    when: `ScopeName = 'airflow.models.dagrun' AND startsWith(SpanName, 'dag_run.')`,
    runKey,
    shownKey: run,
    workflow: dag,
    status: `if(${IS_ERROR}, 'failed', 'completed')`,
    trigger: attribute('airflow.dag_run.run_type'),
  },
}
