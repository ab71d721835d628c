import { setTimeout as sleep } from 'node:timers/promises'

import type { DeliveryInfo } from '@runspan/notify'

import { RunspanError } from '../../errors.ts'
import { defineVerb, type ValuesOf, type Verb } from '../define-verb.ts'
import { anyArguments, DATA, dataFrom, flag, JSON_OPTION, type JsonFlags } from '../options.ts'
import { printJson, printNotice } from '../output.ts'
import { show } from '../show.ts'

/** Maximum time that `webhooks deliver` waits. */
const PATIENCE_SECONDS = 60
const OTHERS_LOOKS = 15
const OTHERS_LOOK_MS = 200

const OPTIONS = { ...JSON_OPTION, data: DATA.data }
const DEAD_LETTERS = { id: anyArguments('ids or their beginnings') }
const ALL = { all: flag('all dead letters') }

const replayVerb = defineVerb({
  name: 'replay',
  summary: 'puts dead letters in the queue again, under the same ids, and delivers',
  examples: ['runspan webhooks replay msg_5f0c', 'runspan webhooks replay --all'],
  arguments: DEAD_LETTERS,
  options: { ...OPTIONS, ...ALL },
  run: async ({ id: ids, ...input }) => {
    const { replayDeliveries } = await import('@runspan/notify')
    const dataDir = await dataDirOf(input)
    const count = replayDeliveries(dataDir, chosen(ids, input))
    if (count > 0) return deliverIn(dataDir, input)
    if (input.json) printJson({ delivered: 0, pending: 0, dead: 0 })
    else printNotice('There are no dead letters.')
  },
})

const deliverVerb = defineVerb({
  name: 'deliver',
  summary: 'delivers what is due, to the targets that programs here have used',
  examples: ['runspan webhooks deliver'],
  options: OPTIONS,
  run: async (input) => deliverIn(await dataDirOf(input), input),
})

const removeVerb = defineVerb({
  name: 'remove',
  summary: 'removes dead letters for good',
  examples: ['runspan webhooks remove msg_5f0c'],
  arguments: DEAD_LETTERS,
  options: { ...OPTIONS, ...ALL },
  run: async ({ id: ids, ...input }) => {
    const { removeDeliveries } = await import('@runspan/notify')
    const removed = removeDeliveries(await dataDirOf(input), chosen(ids, input))
    if (input.json) printJson({ removed })
    else printNotice(`Removed: ${removed}.`)
  },
})

/** `runspan webhooks`: lists waiting and failed webhooks, and sends them again. */
export const webhooksVerb: Verb = defineVerb({
  name: 'webhooks',
  summary: 'lists webhooks that wait or could not be delivered; sends them again',
  examples: ['runspan webhooks', 'runspan webhooks replay --all'],
  options: OPTIONS,
  verbs: [replayVerb, deliverVerb, removeVerb],
  run: async (input) => list(await dataDirOf(input), input),
})

async function dataDirOf(where: ValuesOf<typeof OPTIONS>): Promise<string> {
  const { configurationOf } = await import('@runspan/configuration')
  return configurationOf(dataFrom(where)).values.dataDir
}

function chosen(ids: readonly string[], { all }: ValuesOf<typeof ALL>): readonly string[] | 'all' {
  if (all === true && ids.length === 0) return 'all'
  if (all === true || ids.length === 0) throw new RunspanError('WRONG_USE', 'Give ids of dead letters, or --all.')
  return ids
}

async function list(dataDir: string, { json }: JsonFlags): Promise<void> {
  const { listDeliveries } = await import('@runspan/notify')
  const deliveries = listDeliveries(dataDir)
  if (json) return printJson(deliveries)
  const { webhooksView } = await import('../../terminal/webhooks-view.ts')
  show((screen) => webhooksView(deliveries, screen))
}

/** Sets exit code 1 if any webhook is left. */
async function deliverIn(dataDir: string, { json }: JsonFlags): Promise<void> {
  const { listDeliveries, StoredDeliveries } = await import('@runspan/notify')
  const waiting = (state: DeliveryInfo['state']): DeliveryInfo[] =>
    listDeliveries(dataDir).filter((delivery) => delivery.state === state)
  const before = new Set(waiting('pending').map(({ id }) => id))
  const stored = new StoredDeliveries(dataDir)
  stored.start()
  await stored.flush(PATIENCE_SECONDS)
  stored.stop()
  // a running program may deliver it meanwhile
  const isDue = ({ nextAttemptAt }: DeliveryInfo): boolean => Date.parse(nextAttemptAt ?? '') <= Date.now()
  for (let i = 0; i < OTHERS_LOOKS && waiting('pending').some(isDue); i++) await sleep(OTHERS_LOOK_MS)
  const pending = waiting('pending')
  const dead = waiting('dead')
  const left = new Set([...pending, ...dead].map(({ id }) => id))
  const delivered = [...before].filter((id) => !left.has(id)).length
  if (pending.length > 0) process.exitCode = 1
  if (dead.some(({ id }) => before.has(id))) process.exitCode = 1
  if (json) return printJson({ delivered, pending: pending.length, dead: dead.length })
  const rest = pending.length + dead.length > 0 ? ' `runspan webhooks` lists what is left.' : ''
  printNotice(`Delivered: ${delivered}; waiting: ${pending.length}; dead letters: ${dead.length}.${rest}`)
}
