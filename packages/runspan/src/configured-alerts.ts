import type { Configuration } from '@runspan/configuration'
import { type AlertConfiguration, type Notifying, parseAlerts, startNotifying } from '@runspan/notify'
import type { OpenData } from '@runspan/workspace'

/**
 * Returns the alerts and targets of a configuration. Throws `NotifyError`; its message names rule, key and allowed values.
 */
export function alertsIn({ alerts, targets, file, locate }: Configuration): AlertConfiguration {
  return parseAlerts({ alerts, targets }, file ?? 'no configuration file', { locate })
}

/** Evaluates the configured alerts and delivers webhooks until stopped. Throws `NotifyError` for invalid alerts. */
export function startAlerts(data: OpenData): Notifying {
  const { rules, targets } = alertsIn(data.configuration)
  return startNotifying({ ask: (question) => data.read(question), rules, targets, dataDir: data.dataDir })
}
