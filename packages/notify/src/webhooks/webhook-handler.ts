import { checkNames, type EventPattern, matchesPattern, type OptionKinds, type TrackingEvent } from '@runspan/model'
import type { EventHandler } from '@runspan/tracking'

import { NotifyError } from '../errors.ts'
import type { QueueLimits } from './delivery-queue.ts'
import type { WorkerOptions } from './delivery-worker.ts'
import { eventText } from './event-text.ts'
import { Outbox } from './outbox.ts'
import { jsonBody } from './payload.ts'
import { slackBody } from './slack.ts'
import { type WebhookTarget, webhookTarget, type WebhookTargetOptions } from './target.ts'

export interface WebhookOptions extends WebhookTargetOptions, QueueLimits {
  /** Patterns of the events that are sent; all by default. */
  readonly events?: readonly EventPattern[] | undefined
  /** Data directory whose `webhooks/` holds the queue. Default: the TaskManager's. */
  readonly dataDir?: string | undefined
}

/** Option kinds. Add a new option here. */
const WEBHOOK: OptionKinds<WebhookOptions> = {
  url: 'text',
  events: 'list',
  headers: 'object',
  secret: 'any',
  format: 'text',
  timeoutSeconds: 'number',
  concurrency: 'number',
  allowPrivate: 'flag',
  maxAttempts: 'number',
  retrySeconds: 'number',
  longestRetrySeconds: 'number',
  dataDir: 'text',
  maxDeliveries: 'number',
  maxBytes: 'number',
}

/**
 * Sends events to a URL, signed as Standard Webhooks defines. An event is written to disk before it is sent and stays there
 * until this process or a later one has delivered it. Each event is sent at least once.
 *
 * @example
 * taskManager.addHandler(new WebhookHandler({ url: 'https://example.com/hooks', events: ['run.failed'], secret }))
 */
export class WebhookHandler implements EventHandler {
  readonly events: readonly EventPattern[] | undefined
  readonly #target: WebhookTarget
  readonly #options: QueueLimits & WorkerOptions
  #outbox: Outbox | undefined
  #closed = false

  /** Throws `INVALID_WEBHOOK`, `ADDRESS_REFUSED`, `DIRECTORY_NOT_WRITABLE`. */
  constructor(options: WebhookOptions, worker: WorkerOptions = {}) {
    checkNames(options, WEBHOOK, {
      of: 'WebhookHandler',
      refuse: (message) => new NotifyError('INVALID_WEBHOOK', message),
    })
    const { events, dataDir, maxDeliveries, maxBytes, ...target } = options
    this.events = events
    this.#target = webhookTarget(target)
    this.#options = { maxDeliveries, maxBytes, ...worker }
    if (dataDir !== undefined) this.attach({ dataDir })
  }

  /** Sets the data directory, unless one was given, and delivers what waits there. Throws `DIRECTORY_NOT_WRITABLE`. */
  attach({ dataDir }: { readonly dataDir: string }): void {
    if (!this.#closed) this.#outbox ??= new Outbox(dataDir, this.#target, this.#options)
  }

  /** Writes the event to disk, from where it is sent. Throws `NO_DIRECTORY` and the errors of the file system. */
  handle(event: TrackingEvent): void {
    if (this.events !== undefined && !this.events.some((pattern) => matchesPattern(event.type, pattern))) return
    if (this.#outbox === undefined) {
      throw new NotifyError(
        'NO_DIRECTORY',
        'This webhook handler has no data directory: give it `dataDir`, or add it with taskManager.addHandler().',
      )
    }
    this.#outbox.add(event.id, event.type, this.#target.format === 'slack' ? slackOf(event) : jsonOf(event))
  }

  /** Sends what it can within 5 s; the rest waits on disk for the next process. */
  async close(): Promise<void> {
    this.#closed = true
    const outbox = this.#outbox
    this.#outbox = undefined
    await outbox?.close()
  }
}

/** Returns the event as JSON, without `position`, which means something only in the process that follows the store. */
function jsonOf({ type, position: _, ...data }: TrackingEvent): string {
  return jsonBody({ type, time: data.time, data })
}

function slackOf(event: TrackingEvent): string {
  return slackBody({ ...eventText(event), context: [`run ${event.runId}`] })
}
