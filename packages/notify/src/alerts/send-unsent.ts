import { log } from '@runspan/spool'

import type { SendResult } from '../targets/send-result.ts'
import type { Senders } from '../targets/senders.ts'
import type { Unsent } from './state.ts'

/** A notice that a target did not take in so many evaluations is dropped, and that is said. */
const MOST_ATTEMPTS = 3

/** What came of a notice at a target. */
export type Sent = SendResult & { readonly target: string; readonly rule: string }

/** Sends notices one after another; what was not taken is left for the next evaluation. */
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
    log('warn', `the alert target "${target}" did not take a notice of "${rule}": ${result.detail}${end}`)
    if (!isLast) left.push({ target, attempts: attempts + 1, notice })
  }
  return { sent, left }
}

function refused(error: unknown): SendResult {
  return { ok: false, detail: error instanceof Error ? error.message : 'it threw' }
}
