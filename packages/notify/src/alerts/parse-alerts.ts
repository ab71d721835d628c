import { oneLine } from '@runspan/story'
import type { z } from 'zod'

import { CONDITIONS, type ConditionType } from '../conditions/index.ts'
import { NotifyError } from '../errors.ts'
import { webhookTarget } from '../webhooks/target.ts'
import { interpolate } from './interpolate.ts'
import { type AlertRule, alertsSchema, RULE_KEYS } from './rule.ts'
import { type AlertTargets, TARGET_KEYS, targetsSchema } from './target.ts'

/** Alerts of a configuration. */
export interface AlertConfiguration {
  readonly rules: readonly AlertRule[]
  readonly targets: AlertTargets
}

export interface ParseOptions {
  /** Values for `${NAME}`. Default `process.env`. */
  readonly environment?: NodeJS.ProcessEnv | undefined
  /** Returns `file:line:column` of a path such as `['alerts', 0, 'condition']`, for messages. */
  readonly locate?: ((path: readonly PropertyKey[]) => string | null) | undefined
}

/**
 * Returns the keys `alerts` and `targets` of a configuration; other keys are ignored. `where` is the file's name in messages.
 * `${NAME}` in targets is replaced by that environment variable. Throws `INVALID_ALERT`, which names rule, key and allowed
 * values; `ENVIRONMENT_MISSING`; `INVALID_WEBHOOK`; `ADDRESS_REFUSED`.
 */
export function parseAlerts(
  value: unknown,
  where: string,
  { environment, locate }: ParseOptions = {},
): AlertConfiguration {
  const { alerts = [], targets = {} } = (typeof value === 'object' && value !== null ? value : {}) as {
    alerts?: unknown
    targets?: unknown
  }
  return checkAlerts({ rules: alerts, targets: interpolate(targets, `${where}: targets`, environment) }, where, locate)
}

/** Same as `parseAlerts`, for values without `${NAME}`. */
export function checkAlerts(
  given: { readonly rules: unknown; readonly targets: unknown },
  where: string,
  locate: ParseOptions['locate'] = () => null,
): AlertConfiguration {
  const place = (path: readonly PropertyKey[]): string => locate(path) ?? where
  const rules = parsed(alertsSchema, given.rules ?? [], 'alerts', place)
  const targets = parsed(targetsSchema, given.targets ?? {}, 'targets', place)
  for (const [i, { name, targets: names }] of rules.entries()) {
    const missing = names.find((target) => !Object.hasOwn(targets, target))
    if (missing !== undefined) {
      const known = Object.keys(targets).join(', ') || 'there are none'
      throw new NotifyError(
        'INVALID_ALERT',
        `${place(['alerts', i, 'targets'])}: alert "${name}": no target is named "${missing}". Targets: ${known}.`,
      )
    }
  }
  for (const [name, target] of Object.entries(targets)) {
    if (target.type === 'webhook')
      named(`${place(['targets', name])}: target "${name}"`, () => webhookTarget(webhookOptions(target)))
  }
  return { rules, targets }
}

/** Returns the webhook options of a target. */
export function webhookOptions({
  type: _,
  ...options
}: Extract<AlertTargets[string], { type: 'webhook' }>): Parameters<typeof webhookTarget>[0] {
  return options
}

function named<T>(name: string, step: () => T): T {
  try {
    return step()
  } catch (error) {
    if (error instanceof NotifyError) throw new NotifyError(error.code, `${name}: ${error.message}`, error)
    throw error
  }
}

function parsed<T>(
  schema: z.ZodType<T>,
  value: unknown,
  key: 'alerts' | 'targets',
  place: (path: readonly PropertyKey[]) => string,
): T {
  const result = schema.safeParse(value)
  if (result.success) return result.data
  // zod's `error` names keys and limits, but no value of a target
  const [issue] = result.error.issues
  throw new NotifyError('INVALID_ALERT', `${place([key, ...issue!.path])}: ${problem(issue!, value, key)}`)
}

function problem(issue: z.core.$ZodIssue, value: unknown, key: 'alerts' | 'targets'): string {
  const [first, ...path] = issue.path
  if (first === undefined) return `${key} must be ${key === 'alerts' ? 'a list of rules' : 'targets by name'}.`
  const entry = at(value, first)
  const name = key === 'alerts' ? at(entry, 'name') : first
  const shown = typeof name === 'string' ? `"${oneLine(name, 100)}"` : `no. ${Number(first) + 1}`
  const which = `${key === 'alerts' ? 'alert' : 'target'} ${shown}`
  const place = path.length === 0 ? '' : `${path.join('.')}: `
  const allowed = issue.code === 'unrecognized_keys' ? ` Allowed: ${keysAt(entry, path, key).join(', ')}.` : ''
  return `${which}: ${place}${issue.message.replace(/\.?$/, '.')}${allowed}`
}

function keysAt(entry: unknown, path: readonly PropertyKey[], key: 'alerts' | 'targets'): readonly string[] {
  const of = key === 'targets' ? entry : at(entry, 'condition')
  const type = String(at(of, 'type'))
  if (key === 'targets') return TARGET_KEYS[type] ?? []
  return path[0] === 'condition' && Object.hasOwn(CONDITIONS, type) ? CONDITIONS[type as ConditionType].keys : RULE_KEYS
}

function at(value: unknown, key: PropertyKey): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<PropertyKey, unknown>)[key] : undefined
}
