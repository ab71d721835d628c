import { setTimeout as sleep } from 'node:timers/promises'

import type { DeliveryInfo } from '@runspan/notify'
import type { Command } from 'commander'

import { RunspanError } from '../../errors.ts'
import { printJson, printNotice } from '../output.ts'
import { show } from '../show.ts'
import { dataFrom, dataOptions, jsonOption, type Verb, verb } from '../verb.ts'

interface Flags {
  readonly data?: string
  readonly json?: true
}

/** How long a person waits for deliveries. */
const PATIENCE_SECONDS = 60
const OTHERS_LOOKS = 15
const OTHERS_LOOK_MS = 200

/** `runspan webhooks`: what waits to be delivered, what could not be, and both again. */
export const webhooksVerb: Verb = () => {
  const command = withDirectory(
    verb('webhooks [command]', 'lists webhooks that wait or could not be delivered; sends them again', [
      'runspan webhooks',
      'runspan webhooks replay --all',
    ]),
  ).action(async (flags: Flags) => list(await dataDirOf(flags), flags))
  // options behind the name of a command are its own
  return command.enablePositionalOptions().addCommand(replay()).addCommand(deliver()).addCommand(remove())
}

function replay(): Command {
  return withDirectory(
    verb('replay [id...]', 'puts dead letters in the queue again, under the same ids, and delivers', [
      'runspan webhooks replay msg_5f0c',
      'runspan webhooks replay --all',
    ]),
  )
    .argument('[id...]', 'ids or their beginnings')
    .option('--all', 'all dead letters')
    .action(async (ids: string[], flags: Flags & { readonly all?: true }) => {
      const { replayDeliveries } = await import('@runspan/notify')
      const dataDir = await dataDirOf(flags)
      const count = replayDeliveries(dataDir, chosen(ids, flags))
      if (count > 0) return deliverIn(dataDir, flags)
      if (flags.json) printJson({ delivered: 0, pending: 0, dead: 0 })
      else printNotice('There are no dead letters.')
    })
}

function remove(): Command {
  return withDirectory(verb('remove [id...]', 'removes dead letters for good', ['runspan webhooks remove msg_5f0c']))
    .argument('[id...]', 'ids or their beginnings')
    .option('--all', 'all dead letters')
    .action(async (ids: string[], flags: Flags & { readonly all?: true }) => {
      const { removeDeliveries } = await import('@runspan/notify')
      const removed = removeDeliveries(await dataDirOf(flags), chosen(ids, flags))
      if (flags.json) printJson({ removed })
      else printNotice(`Removed: ${removed}.`)
    })
}

function deliver(): Command {
  return withDirectory(
    verb('deliver', 'delivers what is due, to the targets that programs here have used', ['runspan webhooks deliver']),
  ).action(async (flags: Flags) => deliverIn(await dataDirOf(flags), flags))
}

function withDirectory(command: Command): Command {
  command.addOption(jsonOption())
  for (const option of dataOptions()) if (option.long === '--data') command.addOption(option)
  return command
}

async function dataDirOf(flags: Flags): Promise<string> {
  const { configurationOf } = await import('@runspan/configuration')
  return configurationOf(dataFrom(flags)).values.dataDir
}

function chosen(ids: readonly string[], { all }: { readonly all?: true }): readonly string[] | 'all' {
  if (all === true && ids.length === 0) return 'all'
  if (all === true || ids.length === 0) throw new RunspanError('WRONG_USE', 'Give ids of dead letters, or --all.')
  return ids
}

async function list(dataDir: string, { json }: Flags): Promise<void> {
  const { listDeliveries } = await import('@runspan/notify')
  const deliveries = listDeliveries(dataDir)
  if (json) return printJson(deliveries)
  const { webhooksView } = await import('../../terminal/webhooks-view.ts')
  show((screen) => webhooksView(deliveries, screen))
}

/** Exit code 1 when anything is left. */
async function deliverIn(dataDir: string, { json }: Flags): Promise<void> {
  const { listDeliveries, StoredDeliveries } = await import('@runspan/notify')
  const waiting = (state: DeliveryInfo['state']): DeliveryInfo[] =>
    listDeliveries(dataDir).filter((delivery) => delivery.state === state)
  const before = new Set(waiting('pending').map(({ id }) => id))
  const stored = new StoredDeliveries(dataDir)
  stored.start()
  await stored.flush(PATIENCE_SECONDS)
  stored.stop()
  // a program that runs may be the one that delivers
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
