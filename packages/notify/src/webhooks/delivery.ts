import { createHash } from 'node:crypto'

import { z } from 'zod'

/** Something to be delivered, as it lies on disk until it is. Times are milliseconds since 1970. */
export interface Delivery {
  /** `webhook-id`: the same for every attempt, in whichever process. */
  readonly id: string
  /** Of the event, such as `run.failed`. */
  readonly type: string
  readonly enqueuedAt: number
  readonly attempts: number
  readonly nextAttemptAt: number
  /** The pause before the next attempt: no clock that was set back makes it longer. */
  readonly pauseMs?: number | undefined
  /** Why the last attempt did not succeed. */
  readonly reason: string | null
  /** The first kilobyte that came back from the last attempt, of a dead letter. */
  readonly answer: string | null
  /** What is sent, byte for byte. */
  readonly body: string
}

const deliverySchema: z.ZodType<Delivery> = z.object({
  id: z.string().regex(/^msg_[0-9a-f]{24}$/),
  type: z.string().max(100),
  enqueuedAt: z.number(),
  attempts: z.int().min(0),
  nextAttemptAt: z.number(),
  pauseMs: z.number().min(0).optional(),
  reason: z.string().max(2000).nullable(),
  answer: z.string().max(8000).nullable(),
  body: z.string().max(200_000),
})

/** No pause is longer; a time beyond it was written by a clock that was wrong. */
const LONGEST_PAUSE_MS = 8 * 86_400_000

/** Milliseconds until a delivery is due; 0 when it is. */
export function dueInMs({ nextAttemptAt, pauseMs }: Delivery): number {
  const untilDue = nextAttemptAt - Date.now()
  if (untilDue >= LONGEST_PAUSE_MS) return 0
  return Math.max(0, Math.min(untilDue, pauseMs ?? LONGEST_PAUSE_MS))
}

/** A delivery out of its file's text, or null if that is none. */
export function parseDelivery(text: string): Delivery | null {
  try {
    const parsed = deliverySchema.safeParse(JSON.parse(text))
    return parsed.success ? parsed.data : null
  } catch {
    return null
  }
}

/** The id of an event's delivery to a target; without full stops, as it is signed between two. */
export function deliveryId(eventId: string, targetId: string): string {
  return `msg_${createHash('sha256').update(`${targetId}\n${eventId}`).digest('hex').slice(0, 24)}`
}
