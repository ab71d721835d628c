import type { Rule } from '@runspan/rules'

/**
 * Returns SQL of a run's id. Our own key is used unchanged; a foreign one gets its engine and installation in front, so that
 * no two engines share an id.
 */
export function runId({ engine, installation }: Rule, key: string): string {
  if (engine === 'runspan') return key
  if (installation === undefined) return `concat('${engine}/', ${key})`
  return `concat('${engine}', if(${installation} = '', '', concat('@', ${installation})), '/', ${key})`
}

/**
 * Beginning of a foreign run's id with its installation, `bullmq@worker:production/`: the engine is its first group. The
 * syntax works in both RE2 and JavaScript.
 */
export const INSTALLATION_PATTERN: string = '^([a-z0-9-]+)@[^/]*/'

/**
 * SQL over `workflow_runs`: a foreign run's id without its installation, `bullmq/emails:1` for
 * `bullmq@worker:production/emails:1`; any other id unchanged.
 */
export const RUN_ID_WITHOUT_INSTALLATION: string = String.raw`if(engine = 'runspan', run_id, replaceRegexpOne(run_id, '${INSTALLATION_PATTERN}', '\\1/'))`
