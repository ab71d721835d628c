import { z } from 'zod'

import { withLengths } from './lengths.ts'
import { nameSchema } from './rule.ts'

/** Posts a notice to a URL, durably and with retries, like webhooks. */
export interface WebhookAlertTarget {
  readonly type: 'webhook'
  readonly url: string
  readonly format?: 'json' | 'slack' | undefined
  readonly secret?: string | readonly string[] | undefined
  readonly headers?: Readonly<Record<string, string>> | undefined
  readonly timeoutSeconds?: number | undefined
  readonly allowPrivate?: boolean | undefined
}

/** Starts a program, without a shell, with the notice as JSON on its standard input and in `RUNSPAN_ALERT_*`. */
export interface CommandTarget {
  readonly type: 'command'
  /** Program and arguments. */
  readonly command: readonly string[]
  /** Maximum seconds it may run. Default 30. */
  readonly timeoutSeconds?: number | undefined
}

/** Writes a line on standard error. */
export interface LogTarget {
  readonly type: 'log'
}

/** A target of alerts. */
export type AlertTarget = WebhookAlertTarget | CommandTarget | LogTarget
export type AlertTargets = Readonly<Record<string, AlertTarget>>

const webhookShape = z.strictObject({
  type: z.literal('webhook'),
  url: z.string().min(1).max(4000),
  format: z.enum(['json', 'slack']).optional(),
  secret: z.union([z.string().min(1), z.array(z.string().min(1)).min(1).max(10)]).optional(),
  headers: z.record(z.string(), z.string()).optional(),
  timeoutSeconds: z.number().positive().max(300).optional(),
  allowPrivate: z.boolean().optional(),
})
const commandShape = z.strictObject({
  type: z.literal('command'),
  command: z.array(z.string().max(10_000)).min(1).max(100),
  timeoutSeconds: z.number().positive().max(3600).optional(),
})
const logShape = z.strictObject({ type: z.literal('log') })

/** Names of the settings of each type, for messages. */
export const TARGET_KEYS: Readonly<Record<string, readonly string[]>> = {
  webhook: Object.keys(webhookShape.shape),
  command: Object.keys(commandShape.shape),
  log: Object.keys(logShape.shape),
}

/** Schema of targets by name: `targets` in a configuration. */
export const targetsSchema: z.ZodType<AlertTargets> = z.record(
  nameSchema,
  withLengths(
    z.discriminatedUnion('type', [webhookShape, commandShape, logShape], {
      error: ({ code }) => (code === 'invalid_union' ? 'must be one of webhook, command, log' : undefined),
    }),
  ),
)
