import { createHash } from 'node:crypto'

import { z } from 'zod'

/** A delivery as it is stored on disk. Times are milliseconds since 1970. */
export interface Delivery {
  /** `webhook-id`: the same for every attempt, in every process. */
  readonly id: string
  /** Type of the event, such as `run.failed`. */
  readonly type: string
  readonly enqueuedAt: number
  readonly attempts: number
  readonly nextAttemptAt: number
  /** Pause before the next attempt, so that setting the clock back cannot extend it. */
  readonly pauseMs?: number | undefined
  /** Why the last attempt failed. */
  readonly reason: string | null
  /** First kilobyte of the last answer; only for a dead letter. */
  readonly answer: string | null
  /** Request body, byte for byte. */
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

/** Maximum pause; a later time was written with a wrong clock. */
const LONGEST_PAUSE_MS = 8 * 86_400_000

/** Returns the milliseconds until a delivery is due; 0 if it is due. */
export function dueInMs({ nextAttemptAt, pauseMs }: Delivery): number {
  const untilDue = nextAttemptAt - Date.now()
  if (untilDue >= LONGEST_PAUSE_MS) return 0
  return Math.max(0, Math.min(untilDue, pauseMs ?? LONGEST_PAUSE_MS))
}

/** Returns the delivery in a file's text; null if it is invalid. */
export function parseDelivery(text: string): Delivery | null {
  try {
    const parsed = deliverySchema.safeParse(JSON.parse(text))
    return parsed.success ? parsed.data : null
  } catch {
    return null
  }
}

/**
 * Returns the id of an event's delivery to a target. It has no full stops, since the signature joins its parts with them.
 */
export function deliveryId(eventId: string, targetId: string): string {
  return `msg_${createHash('sha256').update(`${targetId}\n${eventId}`).digest('hex').slice(0, 24)}`
}
