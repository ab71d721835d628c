import type { Verb } from '../define-verb.ts'
import { alertsVerb } from './alerts.ts'
import { anomaliesVerb } from './anomalies.ts'
import { backfillVerb } from './backfill.ts'
import { bottlenecksVerb } from './bottlenecks.ts'
import { changesVerb } from './changes.ts'
import { cleanupVerb } from './cleanup.ts'
import { compareVerb } from './compare.ts'
import { completionVerb } from './completion.ts'
import { costsVerb } from './costs.ts'
import { dashboardVerb } from './dashboard.ts'
import { demoVerb } from './demo.ts'
import { doctorVerb } from './doctor.ts'
import { execVerb } from './exec.ts'
import { failuresVerb } from './failures.ts'
import { flakyVerb } from './flaky.ts'
import { historyVerb } from './history.ts'
import { hungriestVerb } from './hungriest.ts'
import { ingestVerb } from './ingest.ts'
import { longestVerb } from './longest.ts'
import { metricsVerb } from './metrics.ts'
import { nodesVerb } from './nodes.ts'
import { regressionsVerb } from './regressions.ts'
import { reportVerb } from './report.ts'
import { runVerb } from './run.ts'
import { runsVerb } from './runs.ts'
import { schemaVerb } from './schema.ts'
import { slaVerb } from './sla.ts'
import { sqlVerb } from './sql.ts'
import { statsVerb } from './stats.ts'
import { tasksVerb } from './tasks.ts'
import { throughputVerb } from './throughput.ts'
import { timeleftVerb } from './timeleft.ts'
import { trendsVerb } from './trends.ts'
import { upVerb } from './up.ts'
import { watchVerb } from './watch.ts'
import { webhooksVerb } from './webhooks.ts'
import { whatifVerb } from './whatif.ts'

/** All verbs in the order in which help lists them. A new one is a file here and a line in this list. */
export const VERBS: readonly Verb[] = [
  demoVerb,
  execVerb,
  upVerb,
  runsVerb,
  runVerb,
  tasksVerb,
  statsVerb,
  nodesVerb,
  trendsVerb,
  bottlenecksVerb,
  regressionsVerb,
  flakyVerb,
  compareVerb,
  whatifVerb,
  failuresVerb,
  anomaliesVerb,
  changesVerb,
  metricsVerb,
  slaVerb,
  throughputVerb,
  longestVerb,
  hungriestVerb,
  costsVerb,
  timeleftVerb,
  historyVerb,
  watchVerb,
  reportVerb,
  dashboardVerb,
  ingestVerb,
  sqlVerb,
  schemaVerb,
  backfillVerb,
  cleanupVerb,
  alertsVerb,
  webhooksVerb,
  doctorVerb,
  completionVerb(() => VERBS),
]
