import { type Notifying, startNotifying } from '@runspan/notify'
import type { OpenData } from '@runspan/workspace'

import { alertsIn } from './alert-configuration.ts'

/** Evaluates the configured alerts and delivers webhooks until stopped. Throws `NotifyError` for alerts that cannot be used. */
export function startAlerts(data: OpenData): Notifying {
  const { rules, targets } = alertsIn(data.configuration)
  return startNotifying({ ask: (question) => data.read(question), rules, targets, dataDir: data.dataDir })
}
