import { type EventType, isTerminal, type TrackingEvent } from '@runspan/model'
import type { LiveStats } from '@runspan/tracking'
import type { OpenData } from '@runspan/workspace'

import { defineVerb, type ValuesOf, type Verb } from '../define-verb.ts'
import { DATA, flag, JSON_OPTION, type JsonFlags, optionalArgument, text } from '../options.ts'
import { jsonText, printNotice } from '../output.ts'
import { onNpmEnd } from '../parent-watch.ts'
import { show } from '../show.ts'
import { STOP_SIGNALS } from '../stop-signals.ts'
import { sayBehind, withOpenSpool } from '../with-data.ts'

/** Prints events. */
const SHOWN = {
  position: text('<position>', 'with --json: go on after the event that had this position'),
  ascii: flag('draw without Unicode'),
}
type Shown = ValuesOf<typeof SHOWN> & JsonFlags

const DRAW_MS = 500
const MOST_EVENTS = 50
/** Records that another process is sending arrive with the next poll. */
const POLL_PATIENCE_SECONDS = 0.5
/** Event types with a line of their own in a terminal; a pipe gets a line for every event. */
const NOTABLE: readonly EventType[] = [
  'run.completed',
  'run.failed',
  'run.cancelled',
  'run.lost',
  'task.failed',
  'task.retried',
  'metric.threshold',
]

/** `runspan watch [runId]`: live, redrawn in a terminal, a line an event elsewhere. */
export const watchVerb: Verb = defineVerb({
  name: 'watch',
  summary: 'shows what runs, live; of one run, until it ends',
  examples: ['runspan watch', 'runspan watch --json | jq -c .'],
  arguments: { runId: optionalArgument('only this run; the exit code is 0 when it completes, else 1') },
  options: { ...JSON_OPTION, ...DATA, ...SHOWN },
  run: async ({ runId, ...input }) => {
    await withOpenSpool(input, async (data) => {
      const only = runId === undefined ? undefined : await runToWatch(data, runId)
      if (only?.ended === true) {
        printNotice(`Run ${only.runId} has ended: ${only.status}. \`runspan run ${only.runId}\` shows it.`)
        process.exitCode = only.status === 'completed' ? 0 : 1
        return
      }
      await watch(data, only?.runId, input)
    })
  },
})

async function runToWatch(data: OpenData, id: string): Promise<{ runId: string; ended: boolean; status: string }> {
  await data.deliverIfFree()
  const { run } = await import('@runspan/analytics')
  const { runId, status } = await data.read((clickhouse) => run(clickhouse, id))
  return { runId, status, ended: isTerminal(status) || status === 'lost' }
}

async function watch(data: OpenData, runId: string | undefined, shown: Shown): Promise<void> {
  const { EventStream, LiveMonitor, TaskManager } = await import('@runspan/tracking')
  const { ClickHouseReader } = await import('../../clickhouse-reader.ts')
  const reader = new ClickHouseReader(async (question) => {
    await data.deliverIfFree(POLL_PATIENCE_SECONDS)
    return data.read(question)
  })
  const manager = new TaskManager({ reader })
  const ended = new Ending()
  const isOurs = (event: TrackingEvent): boolean => runId === undefined || event.runId === runId
  const onEvent = async (event: TrackingEvent): Promise<void> => {
    if (!isOurs(event)) return
    await output(event)
    if (runId !== undefined && event.type.startsWith('run.') && event.type !== 'run.started') {
      process.exitCode = event.type === 'run.completed' ? 0 : 1
      ended.end()
    }
  }
  const drawn = process.stdout.isTTY && shown.json !== true
  const picture = drawn ? await drawing(shown) : null
  const output = async (event: TrackingEvent): Promise<void> => {
    if (picture !== null) picture.add(event)
    else if (shown.json === true) await write(`${jsonText({ ...event, behindSeconds: data.behindSeconds() })}\n`)
    else await writeLine(event, shown)
  }
  const stream = new EventStream(manager, { follow: 'store', position: shown.position, pollSeconds: 0.5 })
  stream.on('*', onEvent)
  stream.onError((error, isFinal) => {
    if (isFinal) ended.fail(error)
    else printNotice(`runspan: the store cannot be read; watching goes on when it can: ${String(error)}`)
  })
  stream.start()
  const monitor = picture === null ? null : new LiveMonitor(manager, { follow: 'store', pollSeconds: 0.5 })
  await monitor?.start().catch((error: unknown) => ended.fail(error))
  let wasBehind = false
  const timer = setInterval(() => {
    const behind = data.behindSeconds()
    if (picture === null && behind > 0 && !wasBehind) sayBehind(behind)
    wasBehind = behind > 0
    if (monitor !== null) picture?.draw(statsOf(monitor.getStats(), runId), behind)
  }, DRAW_MS)
  process.stdout.on('error', () => ended.end()) // the reader closed the pipe
  await ended.ended
  clearInterval(timer)
  await stream.stop()
  if (ended.failure !== null) {
    await monitor?.stop()
    throw ended.failure.error
  }
  if (monitor !== null) {
    picture?.finish(statsOf(monitor.getStats(), runId))
    await monitor.stop()
  }
}

function statsOf(stats: LiveStats, runId: string | undefined): LiveStats {
  if (runId === undefined) return stats
  const runs = stats.runs.filter((run) => run.runId === runId)
  return {
    ...stats,
    runs,
    activeRuns: runs.length,
    activeTasks: runs.reduce((sum, { tasks }) => sum + tasks.length, 0),
  }
}

/** Ends at a signal, or when the watched run ends. */
class Ending {
  end: () => void = () => undefined
  /** The error that stops watching. */
  failure: { readonly error: unknown } | null = null
  readonly ended: Promise<void> = new Promise((resolve) => {
    this.end = resolve
    for (const signal of STOP_SIGNALS) process.once(signal, () => resolve())
    onNpmEnd(resolve)
  })

  fail(error: unknown): void {
    this.failure = { error }
    this.end()
  }
}

interface Picture {
  add(event: TrackingEvent): void
  draw(stats: LiveStats, behindSeconds: number): void
  finish(stats: LiveStats): void
}

async function drawing({ ascii }: Shown): Promise<Picture> {
  const { createLogUpdate } = await import('log-update')
  const { summaryLine, watchView } = await import('../../terminal/watch-view.ts')
  const { terminal } = await import('../../terminal/terminal.ts')
  const { clip, toAscii } = await import('../../terminal/text.ts')
  const update = createLogUpdate(process.stdout)
  const events: TrackingEvent[] = []
  const draw = (stats: LiveStats, behindSeconds: number): void => {
    const screen = terminal({ ascii })
    const height = (process.stdout.rows || 24) - 1
    const lines = watchView({ stats, events, height, behindSeconds }, screen).map((line) => clip(line, screen.width))
    update((ascii === true ? lines.map(toAscii) : lines).join('\n'))
  }
  return {
    add(event) {
      if (!NOTABLE.includes(event.type)) return
      events.push(event)
      if (events.length > MOST_EVENTS) events.shift()
    },
    draw,
    finish(stats) {
      update.clear()
      update.done()
      show((screen) => [summaryLine(stats, screen)], { ascii })
    },
  }
}

async function writeLine(event: TrackingEvent, { ascii }: Shown): Promise<void> {
  const { eventLine } = await import('../../terminal/watch-view.ts')
  const { terminal } = await import('../../terminal/terminal.ts')
  const { toAscii } = await import('../../terminal/text.ts')
  const { finishedLine } = await import('../../terminal/finished-line.ts')
  const line = finishedLine(eventLine(event, terminal({ ascii })))
  await write(`${ascii === true ? toAscii(line) : line}\n`)
}

/** Waits while the reader is slower than the events. */
async function write(words: string): Promise<void> {
  if (process.stdout.write(words)) return
  await new Promise((resolve) => process.stdout.once('drain', resolve))
}
