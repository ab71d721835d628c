import { log } from '@runspan/spool'

import type { SendResult } from '../targets/send-result.ts'
import type { Senders } from '../targets/senders.ts'
import type { Unsent } from './state.ts'

/** Maximum evaluations in which a notice is offered to a target. After that it is dropped, and the drop is reported. */
const MOST_ATTEMPTS = 3

/** Result of sending a notice to a target. */
export type Sent = SendResult & { readonly target: string; readonly rule: string }

/** Sends notices one after another; those that fail are left for the next evaluation. */
export async function sendUnsent(
  unsent: readonly Unsent[],
  senders: Senders,
): Promise<{ readonly sent: readonly Sent[]; readonly left: readonly Unsent[] }> {
  const left: Unsent[] = []
  const sent: Sent[] = []
  for (const { target, attempts, notice } of unsent) {
    const { rule } = notice
    const result = await senders.send(target, notice).catch(refused)
    sent.push({ target, rule, ...result })
    if (result.ok) continue
    const isLast = attempts + 1 >= MOST_ATTEMPTS
    const end = isLast ? '; it is dropped' : ''
    log('warn', `the alert target "${target}" did not accept a notice of "${rule}": ${result.detail}${end}`)
    if (!isLast) left.push({ target, attempts: attempts + 1, notice })
  }
  return { sent, left }
}

function refused(error: unknown): SendResult {
  return { ok: false, detail: error instanceof Error ? error.message : 'it threw' }
}
