import type { Answer } from './post.ts'

/** Outcome of an attempt. */
export type Outcome =
  | { readonly kind: 'delivered' }
  /** Retry, after `afterSeconds` at the earliest if the receiver gave them. */
  | { readonly kind: 'retry'; readonly reason: string; readonly afterSeconds: number | null }
  /** Permanent failure; `gone` if the receiver wants no more deliveries at all. */
  | { readonly kind: 'dead'; readonly reason: string; readonly gone: boolean }

/** 4xx statuses that are retried. */
const WORTH_ANOTHER_TRY = new Set([408, 409, 425, 429])
const LONGEST_WAIT_SECONDS = 86_400

/**
 * Classifies an answer: 2xx is a success, redirects are not followed, 410 and other refusals are final. Everything else is
 * retried, as in Standard Webhooks.
 */
export function classifyAnswer(answer: Answer, now: number = Date.now()): Outcome {
  if (answer.status === null) {
    return answer.refused
      ? { kind: 'dead', reason: answer.reason, gone: false }
      : { kind: 'retry', reason: answer.reason, afterSeconds: null }
  }
  const { status } = answer
  const reason = `answered ${status}`
  if (status >= 200 && status < 300) return { kind: 'delivered' }
  if (status === 410) return { kind: 'dead', reason: `${reason}: the receiver is gone`, gone: true }
  if (status >= 300 && status < 400)
    return { kind: 'dead', reason: `${reason}: redirects are not followed, give the address it leads to`, gone: false }
  if (status >= 400 && status < 500 && !WORTH_ANOTHER_TRY.has(status)) return { kind: 'dead', reason, gone: false }
  return { kind: 'retry', reason, afterSeconds: retryAfterSeconds(answer.retryAfter, now) }
}

/** Returns the seconds of a `Retry-After` header, given as seconds or as a date; at most a day. */
function retryAfterSeconds(text: string | null, now: number): number | null {
  if (text === null) return null
  const seconds = /^\s*\d+\s*$/.test(text) ? Number(text) : (Date.parse(text) - now) / 1000
  return Number.isFinite(seconds) && seconds > 0 ? Math.min(seconds, LONGEST_WAIT_SECONDS) : null
}

/**
 * Returns the seconds before the next attempt: random, up to a limit that grows fourfold, so that many failures are not
 * retried at once.
 */
export function backoffSeconds(
  attempts: number,
  { retrySeconds, longestRetrySeconds }: { readonly retrySeconds: number; readonly longestRetrySeconds: number },
  random: () => number = Math.random,
): number {
  return random() * Math.min(longestRetrySeconds, retrySeconds * 4 ** (attempts - 1))
}
