import { Webhook } from 'standardwebhooks'

import { NotifyError } from '../errors.ts'

const PREFIX = 'whsec_'

function signer(secret: string): Webhook {
  // a text without the prefix is the key itself
  return secret.startsWith(PREFIX)
    ? new Webhook(secret)
    : new Webhook(new TextEncoder().encode(secret), { format: 'raw' })
}

/** Throws `INVALID_WEBHOOK` for a secret that cannot sign, without showing it. */
export function checkSecret(secret: string): void {
  try {
    signer(secret)
  } catch {
    throw new NotifyError(
      'INVALID_WEBHOOK',
      'A secret of the webhook is not valid: after whsec_ it must be base64. A text without whsec_ is taken as it is.',
    )
  }
}

/** Returns the headers of Standard Webhooks, with one signature a secret, so that receivers can rotate secrets. */
export function signedHeaders(
  id: string,
  time: Date,
  body: string,
  secrets: readonly string[],
): Readonly<Record<string, string>> {
  const headers = { 'webhook-id': id, 'webhook-timestamp': String(Math.floor(time.getTime() / 1000)) }
  if (secrets.length === 0) return headers
  return { ...headers, 'webhook-signature': secrets.map((secret) => signer(secret).sign(id, time, body)).join(' ') }
}
