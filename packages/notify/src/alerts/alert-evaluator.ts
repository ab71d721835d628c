import { join } from 'node:path'

import { type ClickHouse } from '@runspan/clickhouse'
import { type OptionKinds, readOptions } from '@runspan/model'
import { SenderLock, log } from '@runspan/spool'

import { NotifyError } from '../errors.ts'
import { makePrivateDirectory } from '../private-files.ts'
import type { SendResult } from '../targets/send-result.ts'
import { Senders } from '../targets/senders.ts'
import { findAll } from './find-all.ts'
import { noticesOf, testNotice } from './notices.ts'
import { checkAlerts } from './parse-alerts.ts'
import type { AlertRule } from './rule.ts'
import { type Sent, sendUnsent } from './send-unsent.ts'
import { type AlertState, type Notice, readState, type RuleState, type Unsent, writeState } from './state.ts'
import type { AlertTargets } from './target.ts'
import { transition } from './transitions.ts'

/** Runs a query function against ClickHouse that only reads and may be called again: `taskManager.ask`, for example. */
export type Ask = <T>(question: (clickhouse: ClickHouse) => Promise<T>) => Promise<T>

export interface AlertOptions {
  readonly ask: Ask
  readonly rules: readonly AlertRule[]
  readonly targets: AlertTargets
  /** Data directory: `alerts/` remembers sent notices, `webhooks/` holds waiting webhooks. */
  readonly dataDir: string
  /**
   * Seconds a rule looks back at its first evaluation; later ones look back to the previous evaluation. Default a day.
   */
  readonly lookbackSeconds?: number | undefined
}

const ALERTS: OptionKinds<AlertOptions> = {
  ask: 'function',
  rules: 'list',
  targets: 'object',
  dataDir: 'text',
  lookbackSeconds: 'number',
}

/** A finding whose condition is met now. */
export interface Firing {
  readonly rule: string
  readonly severity: 'info' | 'warning' | 'critical'
  readonly workflow: string
  readonly runId: string | null
  readonly nodeId: string | null
  readonly message: string
  readonly firedAt: string
}

/** Result of an evaluation. */
export interface Evaluation {
  /** All findings whose condition is met, whether notified now or before. */
  readonly firing: readonly Firing[]
  /** Findings that are notified for the first time. */
  readonly fired: readonly Notice[]
  readonly recovered: readonly Notice[]
  /** Results of sending the notices, by target. */
  readonly sent: readonly Sent[]
  /** Rules that could not be evaluated; the others were. */
  readonly problems: readonly { readonly rule: string; readonly message: string }[]
}

const LOOKBACK_SECONDS = 86_400
/** Maximum delay with which records reach the tables. */
const LATE_SECONDS = 3600
const MOST_UNSENT = 1000

/**
 * Evaluates rules over the tables, and notifies targets of new findings and of recoveries.
 *
 * @example
 * const alerts = new AlertEvaluator({
 *   ask: (question) => taskManager.ask(question),
 *   rules: [{ name: 'too long', condition: { type: 'duration', limitSeconds: 1800 }, targets: ['log'] }],
 *   targets: { log: { type: 'log' } },
 *   dataDir: '.runspan',
 * })
 * const { firing, fired, recovered } = await alerts.evaluate()
 */
export class AlertEvaluator {
  readonly #ask: Ask
  readonly #rules: readonly AlertRule[]
  readonly #senders: Senders
  readonly #directory: string
  readonly #lookbackSeconds: number

  /** Throws `INVALID_ALERT`, `INVALID_WEBHOOK`, `ADDRESS_REFUSED`. */
  constructor(options: AlertOptions) {
    const { ask, rules, targets, dataDir, lookbackSeconds } = readOptions(options, ALERTS, {
      of: 'AlertEvaluator',
      required: ['ask', 'rules', 'targets', 'dataDir'],
      refuse: (message) => new NotifyError('INVALID_ALERT', message),
    })
    const checked = checkAlerts({ rules, targets }, 'new AlertEvaluator()')
    this.#ask = ask
    this.#rules = checked.rules
    this.#senders = new Senders(dataDir, checked.targets)
    this.#directory = join(dataDir, 'alerts')
    this.#lookbackSeconds = lookbackSeconds ?? LOOKBACK_SECONDS
  }

  /**
   * Evaluates all rules once. A new finding is stored before it is sent: after a crash it is sent again, under the same id.
   * Throws `EVALUATION_BUSY` while another process evaluates over the same data directory, `ClickHouseError`,
   * `DIRECTORY_NOT_WRITABLE`.
   */
  async evaluate(now: Date = new Date()): Promise<Evaluation> {
    makePrivateDirectory(this.#directory)
    const lock = new SenderLock(this.#directory)
    if (!lock.tryAcquire()) {
      throw new NotifyError(
        'EVALUATION_BUSY',
        'Another process evaluates the alerts of this data directory right now, `runspan up` perhaps. Try again in a moment.',
      )
    }
    try {
      return await this.#evaluate(now)
    } finally {
      lock.release()
    }
  }

  /** Sends a test notice to the targets of a rule immediately. Throws `RULE_NOT_FOUND`. */
  async test(ruleName: string, now: Date = new Date()): Promise<(SendResult & { readonly target: string })[]> {
    const rule = this.#rules.find(({ name }) => name === ruleName)
    if (rule === undefined) {
      const names = this.#rules.map(({ name }) => `"${name}"`).join(', ') || 'there are none'
      throw new NotifyError('RULE_NOT_FOUND', `There is no alert "${ruleName}". Alerts: ${names}.`)
    }
    const notice = testNotice(rule, now)
    return Promise.all(rule.targets.map(async (target) => ({ target, ...(await this.#senders.test(target, notice)) })))
  }

  /** Delivers webhooks for at most `seconds` (default 5); the rest waits on disk. */
  async close(seconds?: number): Promise<void> {
    await this.#senders.close(seconds)
  }

  async #evaluate(now: Date): Promise<Evaluation> {
    const before = readState(this.#directory)
    const known = new Map(before.rules.map((rule) => [rule.definition, rule]))
    const rules: RuleState[] = []
    const unsent: Unsent[] = [...before.unsent]
    const notices: Notice[] = []
    const watched = this.#rules.map((rule) => {
      const state = known.get(definitionOf(rule)) // a changed rule starts with empty state
      return { rule, state, from: this.#from(state, now) }
    })
    const { findings, problems } = await this.#ask((clickhouse) => findAll(clickhouse, watched, now))
    for (const { rule, message } of problems) {
      log('warn', `the alert "${rule}" cannot be evaluated: ${message}`)
      rules.push(...before.rules.filter(({ name }) => name === rule))
    }
    for (const { rule, state, from, found, asked } of findings) {
      const change = transition(state ?? { entries: [], saidAt: [] }, { found, asked }, now, rule.cooldownSeconds ?? 0)
      const said = noticesOf(rule, change, now)
      notices.push(...said)
      unsent.push(...said.flatMap((notice) => rule.targets.map((target): Unsent => ({ target, attempts: 0, notice }))))
      rules.push({
        name: rule.name,
        definition: definitionOf(rule),
        begunAt: state?.begunAt ?? from.toISOString(),
        evaluatedAt: now.toISOString(),
        entries: change.entries,
        saidAt: change.saidAt,
      })
    }
    if (unsent.length > MOST_UNSENT) log('error', 'over 1,000 alert notices are unsent; the oldest are dropped')
    const state: AlertState = { version: 1, rules, unsent: unsent.slice(-MOST_UNSENT) }
    writeState(this.#directory, state)
    const { sent, left } = await sendUnsent(state.unsent, this.#senders)
    if (state.unsent.length > 0) writeState(this.#directory, { ...state, unsent: left })
    return {
      firing: rules.flatMap((rule) => this.#firing(rule)),
      fired: notices.filter(({ type }) => type === 'alert.fired'),
      recovered: notices.filter(({ type }) => type === 'alert.resolved'),
      sent,
      problems,
    }
  }

  /** Returns the start of the search: not before that of the first evaluation, and early enough for late records. */
  #from(state: RuleState | undefined, now: Date): Date {
    if (state === undefined) return new Date(now.getTime() - this.#lookbackSeconds * 1000)
    // future times were written before the clock was set back
    const past = (time: string): number => Math.min(Date.parse(time), now.getTime())
    return new Date(Math.max(past(state.begunAt), past(state.evaluatedAt) - LATE_SECONDS * 1000))
  }

  #firing({ name, entries }: RuleState): Firing[] {
    const severity = this.#rules.find((rule) => rule.name === name)?.severity ?? 'warning'
    return entries
      .filter(({ ongoing }) => ongoing)
      .map(({ workflow, runId, nodeId, about, words, firedAt }) => ({
        rule: name,
        severity,
        workflow,
        runId,
        nodeId,
        message: `${about} ${words}`,
        firedAt,
      }))
  }
}

/** Returns the part of a rule that decides its findings: after a change, earlier findings do not apply. */
function definitionOf({ name, workflow, condition }: AlertRule): string {
  return JSON.stringify([name, workflow ?? null, condition])
}
