import { readFileSync, renameSync } from 'node:fs'
import { join } from 'node:path'

import { log } from '@runspan/spool'
import { z } from 'zod'

import { writePrivateFile } from '../private-files.ts'

/** A stored finding. Times are ISO 8601. */
export interface Entry {
  readonly subject: string
  readonly firedAt: string
  readonly seenAt: string
  /** Whether the condition may still be met. */
  readonly ongoing: boolean
  /** False if the cooldown suppressed its notice: then its recovery is not notified either. */
  readonly told: boolean
  readonly workflow: string
  readonly runId: string | null
  readonly nodeId: string | null
  readonly about: string
  readonly words: string
}

/** A notice that one target has not yet received. */
export interface Unsent {
  readonly target: string
  readonly attempts: number
  readonly notice: Notice
}

/** Content of a notice to a target. */
export interface Notice {
  /** Same id for the same notice, however often it is sent. */
  readonly id: string
  readonly type: 'alert.fired' | 'alert.resolved' | 'alert.test'
  readonly time: string
  readonly rule: string
  readonly severity: 'info' | 'warning' | 'critical'
  /** Type of the rule's condition. */
  readonly condition: string
  readonly workflow: string | null
  readonly runId: string | null
  readonly nodeId: string | null
  /** One sentence: `about`, `words` and `detail`. */
  readonly message: string
  readonly about: string
  readonly words: string
  readonly detail: string | null
  readonly value: number | null
  readonly limit: number | null
  readonly firedAt: string
}

/** Stored state of a rule between evaluations. */
export interface RuleState {
  readonly name: string
  /** Name, workflow and condition: a changed rule counts as another one. */
  readonly definition: string
  /** Start of the first evaluation's search: older findings are ignored. */
  readonly begunAt: string
  readonly evaluatedAt: string
  readonly entries: readonly Entry[]
  /** Time of the last notice, by workflow and task. */
  readonly saidAt: readonly (readonly [key: string, time: string])[]
}

export interface AlertState {
  readonly version: 1
  readonly rules: readonly RuleState[]
  readonly unsent: readonly Unsent[]
}

const text = z.string().max(100_000)
const entrySchema: z.ZodType<Entry> = z.object({
  subject: text,
  firedAt: z.iso.datetime(),
  seenAt: z.iso.datetime(),
  ongoing: z.boolean(),
  told: z.boolean(),
  workflow: text,
  runId: text.nullable(),
  nodeId: text.nullable(),
  about: text,
  words: text,
})
const noticeSchema: z.ZodType<Notice> = z.object({
  id: text,
  type: z.enum(['alert.fired', 'alert.resolved', 'alert.test']),
  time: z.iso.datetime(),
  rule: text,
  severity: z.enum(['info', 'warning', 'critical']),
  condition: text,
  workflow: text.nullable(),
  runId: text.nullable(),
  nodeId: text.nullable(),
  message: text,
  about: text,
  words: text,
  detail: text.nullable(),
  value: z.number().nullable(),
  limit: z.number().nullable(),
  firedAt: z.iso.datetime(),
})
const stateSchema: z.ZodType<AlertState> = z.object({
  version: z.literal(1),
  rules: z.array(
    z.object({
      name: text,
      definition: text,
      begunAt: z.iso.datetime(),
      evaluatedAt: z.iso.datetime(),
      entries: z.array(entrySchema),
      saidAt: z.array(z.tuple([text, z.iso.datetime()])),
    }),
  ),
  unsent: z.array(z.object({ target: text, attempts: z.int(), notice: noticeSchema })),
})

const FILE = 'state.json'

/** Returns the stored state; empty if there is none. A file that cannot be read is set aside and reported. */
export function readState(directory: string): AlertState {
  const empty: AlertState = { version: 1, rules: [], unsent: [] }
  let content: string
  try {
    content = readFileSync(join(directory, FILE), 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return empty
    throw error
  }
  try {
    return stateSchema.parse(JSON.parse(content))
  } catch {
    const aside = `state.damaged-${Date.now()}.json`
    renameSync(join(directory, FILE), join(directory, aside))
    log(
      'warn',
      `the stored state of alerts cannot be read; it is set aside as ${aside}, and alerts start with empty state`,
    )
    return empty
  }
}

export function writeState(directory: string, state: AlertState): void {
  writePrivateFile(directory, FILE, JSON.stringify(state))
}
