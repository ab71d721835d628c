import { createHash } from 'node:crypto'
import { validateHeaderName, validateHeaderValue } from 'node:http'

import { z } from 'zod'

import { NotifyError } from '../errors.ts'
import { checkLiteralAddress } from './address-guard.ts'
import { checkSecret } from './sign.ts'

/** Options of a webhook target. */
export interface WebhookTargetOptions {
  /** `https://…` or `http://…`. */
  readonly url: string
  /** Headers of every request; their values are never printed. */
  readonly headers?: Readonly<Record<string, string>> | undefined
  /** `whsec_…` or any text; several during a rotation. Without a secret, requests are not signed. */
  readonly secret?: string | readonly string[] | undefined
  /** `json` sends the event unchanged, `slack` a message for a Slack incoming webhook. Default `json`. */
  readonly format?: 'json' | 'slack' | undefined
  /** Maximum seconds of a request. Default 15. */
  readonly timeoutSeconds?: number | undefined
  /** Maximum concurrent requests. Default 4. */
  readonly concurrency?: number | undefined
  /** Whether addresses of private networks and of this machine are allowed. Default false. */
  readonly allowPrivate?: boolean | undefined
  /** Attempts after which a delivery becomes a dead letter. Default 12, over about two days. */
  readonly maxAttempts?: number | undefined
  /** Maximum seconds before the second attempt; the maximum grows fourfold with each attempt. Default 5. */
  readonly retrySeconds?: number | undefined
  /** Maximum seconds between two attempts. Default 86,400. */
  readonly longestRetrySeconds?: number | undefined
}

const targetSchema = z.object({
  url: z.string().max(4000),
  headers: z.record(z.string().max(200), z.string().max(8000)).default({}),
  secrets: z.array(z.string().min(1).max(1000)).max(10).default([]),
  format: z.enum(['json', 'slack']).default('json'),
  timeoutSeconds: z.number().positive().max(300).default(15),
  concurrency: z.int().min(1).max(64).default(4),
  allowPrivate: z.boolean().default(false),
  maxAttempts: z.int().min(1).max(100).default(12),
  retrySeconds: z.number().positive().max(86_400).default(5),
  longestRetrySeconds: z.number().positive().max(604_800).default(86_400),
})

/** A target with all options resolved, as it is stored for other processes. */
export interface WebhookTarget {
  /** Derived from its URL: the same in every process that sends there. */
  readonly id: string
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly secrets: readonly string[]
  readonly format: 'json' | 'slack'
  readonly timeoutSeconds: number
  readonly concurrency: number
  readonly allowPrivate: boolean
  readonly maxAttempts: number
  readonly retrySeconds: number
  readonly longestRetrySeconds: number
}

/** Headers that Runspan or the connection sets. */
const RESERVED =
  /^(webhook-(id|timestamp|signature)|content-(type|length)|host|connection|transfer-encoding|expect|upgrade|te|trailer)$/i

/**
 * Returns a target with checked options and defaults. Throws `INVALID_WEBHOOK`, `ADDRESS_REFUSED`; no message holds a secret.
 */
export function webhookTarget({ secret, ...options }: WebhookTargetOptions): WebhookTarget {
  const secrets = secret === undefined ? [] : typeof secret === 'string' ? [secret] : [...secret]
  return parseTarget({ ...options, secrets })
}

/** Returns a target from a file's content. */
export function parseTarget(value: unknown): WebhookTarget {
  const parsed = targetSchema.safeParse(value)
  if (!parsed.success) {
    // the schema's message names keys and limits, never the value
    const [issue] = parsed.error.issues
    throw invalid(`${issue?.path.join('.') || 'the options'}: ${issue?.message ?? 'not valid'}`)
  }
  const target = parsed.data
  const url = parseUrl(target.url)
  if (!target.allowPrivate) checkLiteralAddress(url)
  for (const [name, header] of Object.entries(target.headers)) checkHeader(name, header)
  for (const secret of target.secrets) checkSecret(secret)
  return { ...target, id: createHash('sha256').update(url.href).digest('hex').slice(0, 16), url: url.href }
}

function parseUrl(text: string): URL {
  if (!URL.canParse(text)) throw invalid('its URL cannot be read. Expected: https://host/path')
  const url = new URL(text)
  if (url.protocol !== 'https:' && url.protocol !== 'http:')
    throw invalid(`its URL begins with ${url.protocol.slice(0, 20)} ; use https: or http:`)
  return url
}

function checkHeader(name: string, value: string): void {
  const shown = JSON.stringify(name.slice(0, 60))
  if (RESERVED.test(name)) throw invalid(`the header ${shown} is set by Runspan; remove it`)
  try {
    validateHeaderName(name)
    validateHeaderValue(name, value)
  } catch {
    // the original error would show the value
    throw invalid(`the header ${shown} cannot be sent: its name or value holds characters that HTTP does not allow`)
  }
}

function invalid(what: string): NotifyError {
  return new NotifyError('INVALID_WEBHOOK', `The webhook is not valid: ${what}.`)
}

/**
 * Returns a URL to show: scheme, host and the first part of its path. The rest may be a token; users, passwords and queries
 * are secret as well.
 */
export function shownUrl(text: string): string {
  if (!URL.canParse(text)) return 'a URL that cannot be read'
  const { protocol, host, pathname, search } = new URL(text)
  const [first = '', ...rest] = pathname.slice(1).split('/')
  const isShort = first.length <= 16
  const more = rest.length > 0 || search !== '' || !isShort
  return `${protocol}//${host}/${isShort ? first : first.slice(0, 4)}${more ? '…' : ''}`
}
