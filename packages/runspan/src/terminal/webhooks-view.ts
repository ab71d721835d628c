import type { DeliveryInfo } from '@runspan/notify'
import { counted, relativeDay } from '@runspan/story'

import { duration } from './numbers.ts'
import { table } from './table.ts'
import type { Terminal } from './terminal.ts'
import { visible } from './text.ts'

const SHORT_ID = 12

/** Returns webhooks that wait or could not be delivered. */
export function webhooksView(deliveries: readonly DeliveryInfo[], terminal: Terminal): string[] {
  if (deliveries.length === 0) return ['No webhook waits, and none is a dead letter.']
  const dead = deliveries.filter(({ state }) => state === 'dead').length
  const wide = terminal.width >= 100
  // the beginning is enough if it is unique
  const isShort = new Set(deliveries.map(({ id }) => id.slice(0, SHORT_ID))).size === deliveries.length
  const lines = table<DeliveryInfo>(
    [
      {
        title: '  STATE',
        text: ({ state }) => `${state === 'dead' ? terminal.glyphs.failed : terminal.glyphs.pending} ${state}`,
        style: (text, { state }) => (state === 'dead' ? terminal.style('red', text) : text),
      },
      { title: 'ID', text: ({ id }) => (isShort ? id.slice(0, SHORT_ID) : id) },
      { title: 'EVENT', text: ({ type }) => visible(type), cut: 'middle' },
      ...(wide
        ? [{ title: 'TARGET', text: ({ target }: DeliveryInfo) => visible(target), cut: 'middle' as const }]
        : []),
      { title: 'SINCE', text: ({ enqueuedAt }) => relativeDay(new Date(enqueuedAt), terminal.now) },
      { title: 'TRIED', align: 'right', text: ({ attempts }) => String(attempts) },
      { title: 'NOTE', text: (delivery) => visible(noteOf(delivery, terminal.now)), cut: 'end', least: 20 },
    ],
    deliveries,
    terminal,
    1,
  )
  const where = terminal.where
  return [
    ...lines,
    '',
    `   ${terminal.style('dim', `${counted(deliveries.length - dead, 'webhook')} waiting, ${counted(dead, 'dead letter')}`)}`,
    ...(dead > 0
      ? [`   ${terminal.program} webhooks replay --all${where}   ${terminal.style('dim', 'sends dead letters again')}`]
      : []),
    ...(dead < deliveries.length
      ? [`   ${terminal.program} webhooks deliver${where}   ${terminal.style('dim', 'delivers what is due')}`]
      : []),
  ]
}

function noteOf({ state, reason, nextAttemptAt }: DeliveryInfo, now: Date): string {
  if (state === 'dead' || nextAttemptAt === null) return reason ?? ''
  const seconds = (Date.parse(nextAttemptAt) - now.getTime()) / 1000
  const next = seconds > 0 ? `next try in ${duration(seconds)}` : 'due'
  return reason === null ? next : `${next}; ${reason}`
}
