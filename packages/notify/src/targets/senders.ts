import type { Notice } from '../alerts/state.ts'
import type { AlertTarget, AlertTargets } from '../alerts/target.ts'
import { deliveryId } from '../webhooks/delivery.ts'
import { Outbox } from '../webhooks/outbox.ts'
import { classifyAnswer } from '../webhooks/outcome.ts'
import { jsonBody } from '../webhooks/payload.ts'
import { Poster } from '../webhooks/post.ts'
import { signedHeaders } from '../webhooks/sign.ts'
import { slackBody } from '../webhooks/slack.ts'
import { type WebhookTarget, webhookTarget } from '../webhooks/target.ts'
import { runCommand } from './run-command.ts'
import type { SendResult } from './send-result.ts'
import { writeLine } from './write-line.ts'

/** Sends notices to targets; webhooks go through the queue of the data directory. */
export class Senders {
  private readonly dataDir: string
  private readonly targets: AlertTargets
  private readonly outboxes = new Map<string, Outbox>()

  constructor(dataDir: string, targets: AlertTargets) {
    this.dataDir = dataDir
    this.targets = targets
  }

  /** Sends a notice, or adds it to the queue. An error is in the result. */
  async send(name: string, notice: Notice): Promise<SendResult> {
    const target = this.targets[name]
    if (target === undefined) return { ok: true, detail: 'the target is not configured any more' }
    switch (target.type) {
      case 'log':
        return writeLine(notice)
      case 'command':
        return runCommand(target, notice)
      case 'webhook':
        this.outbox(name, target).add(notice.id, notice.type, bodyOf(target, notice))
        return { ok: true, detail: 'on disk, to be delivered' }
    }
  }

  /** Sends a notice immediately and without retries, to test whether it arrives. */
  async test(name: string, notice: Notice): Promise<SendResult> {
    const target = this.targets[name]
    if (target?.type !== 'webhook') return this.send(name, notice)
    const to = webhookOf(target)
    const poster = new Poster(to)
    try {
      const body = bodyOf(target, notice)
      const answering = poster.post(signedHeaders(deliveryId(notice.id, to.id), new Date(), body, to.secrets), body)
      const answer = await keepingAlive(answering)
      const outcome = classifyAnswer(answer)
      return outcome.kind === 'delivered'
        ? { ok: true, detail: `answered ${answer.status}` }
        : { ok: false, detail: outcome.reason }
    } finally {
      poster.close()
    }
  }

  /** Delivers for at most `seconds`; the rest stays on disk. */
  async close(seconds?: number): Promise<void> {
    await Promise.all([...this.outboxes.values()].map((outbox) => outbox.close(seconds)))
    this.outboxes.clear()
  }

  private outbox(name: string, target: Extract<AlertTarget, { type: 'webhook' }>): Outbox {
    const known = this.outboxes.get(name)
    if (known !== undefined) return known
    const outbox = new Outbox(this.dataDir, webhookOf(target))
    this.outboxes.set(name, outbox)
    return outbox
  }
}

function webhookOf({ type: _, ...options }: Extract<AlertTarget, { type: 'webhook' }>): WebhookTarget {
  return webhookTarget(options)
}

function bodyOf({ format }: Extract<AlertTarget, { type: 'webhook' }>, notice: Notice): string {
  const { type, time, about, words, detail, ...data } = notice
  if (format !== 'slack') return jsonBody({ type, time: new Date(time), data })
  const what = type === 'alert.resolved' ? 'resolved' : type === 'alert.test' ? 'test' : notice.severity
  const run = notice.runId === null ? [] : [`run ${notice.runId}`]
  return slackBody({ subject: about, words, detail, context: [`${what}: ${notice.rule}`, ...run] })
}

/** Keeps the process alive for work that a person waits for; requests alone do not. */
async function keepingAlive<T>(work: Promise<T>): Promise<T> {
  const alive = setInterval(() => undefined, 1000)
  try {
    return await work
  } finally {
    clearInterval(alive)
  }
}
