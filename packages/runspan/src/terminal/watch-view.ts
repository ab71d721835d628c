import type { TaskStatus, TrackingEvent } from '@runspan/model'
import { behindWords, clockSeconds, compact, compactDecimal, compactEstimate, shortId } from '@runspan/story'
import type { LiveRun, LiveStats } from '@runspan/tracking'

import { count, duration, percent } from './numbers.ts'
import { statusGlyph, statusStyle } from './status.ts'
import type { Terminal } from './terminal.ts'
import { clip, cutMiddle, padEnd, padStart, visible } from './text.ts'

/** Data that is redrawn while runs run. */
export interface WatchViewData {
  readonly stats: LiveStats
  /** Latest events, newest last. */
  readonly events: readonly TrackingEvent[]
  /** Lines that fit in the terminal. */
  readonly height: number
  /** Seconds that delivery lags behind recording; 0 if it keeps up. */
  readonly behindSeconds: number
}

/** Returns counts, each running run with its running tasks, and the latest events. */
export function watchView({ stats, events, height, behindSeconds }: WatchViewData, terminal: Terminal): string[] {
  const behind = behindSeconds === 0 ? [] : [terminal.style('yellow', compact(behindWords(behindSeconds)))]
  const head = [summaryLine(stats, terminal), ...behind, '']
  const runs = stats.runs.map((run) => runLines(run, terminal))
  // running runs get most of the space; events keep a third
  const forEvents = Math.min(events.length, Math.max(3, Math.floor(height / 3)))
  const room = Math.max(2, height - head.length - forEvents - 2)
  const body = fit(runs, room, terminal)
  const last = events.slice(-forEvents).map((event) => eventLine(event, terminal))
  if (body.length === 0) body.push(terminal.style('dim', 'Nothing runs.'))
  return [...head, ...body, ...(last.length > 0 ? ['', ...last] : [])].map((line) => clip(line, terminal.width))
}

/** Returns counts since the start, and rates. */
export function summaryLine(stats: LiveStats, terminal: Terminal): string {
  const { style } = terminal
  const part = (status: TaskStatus, number: number, word: string = status): string =>
    `${statusGlyph(status, terminal)} ${style('bold', count(number))} ${word}`
  return [
    part('running', stats.activeRuns),
    part('completed', stats.completedRuns),
    ...(stats.failedRuns > 0 ? [part('failed', stats.failedRuns)] : []),
    ...(stats.cancelledRuns > 0 ? [part('cancelled', stats.cancelledRuns)] : []),
    `${count(stats.activeTasks)} tasks running, ${count(stats.completedTasks)} done`,
    ...(stats.failedTasks > 0 ? [`${count(stats.failedTasks)} failed`] : []),
    ...(stats.tasksPerSecond > 0 ? [`${compactDecimal(stats.tasksPerSecond)} tasks/s`] : []),
    ...(stats.estimatedSecondsLeft === null ? [] : [`about ${compactEstimate(stats.estimatedSecondsLeft)} left`]),
  ].join('   ')
}

function runLines(run: LiveRun, terminal: Terminal): string[] {
  const { style } = terminal
  const ran = duration(Math.round(run.runningSeconds))
  const left =
    run.longerThanUsual === true
      ? style('yellow', 'longer than usual')
      : run.estimatedSecondsLeft === null
        ? ''
        : `about ${compactEstimate(run.estimatedSecondsLeft)} left`
  const done = `${run.completedTasks} done${run.failedTasks > 0 ? `, ${run.failedTasks} failed` : ''}`
  const title = `${statusGlyph('running', terminal)} ${style('bold', visible(run.workflowId))}  ${style('dim', shortId(run.runId))}  ${ran}  ${done}  ${left}`
  const tasks = run.tasks.toSorted((a, b) => b.runningSeconds - a.runningSeconds)
  return [title.trimEnd(), ...tasks.map((task) => taskLine(task, terminal))]
}

function taskLine(task: LiveRun['tasks'][number], terminal: Terminal): string {
  const { style, width } = terminal
  const nameWidth = Math.max(12, Math.floor(width * 0.35))
  const attempt = task.attempt > 1 ? ` (attempt ${task.attempt})` : ''
  const name = padEnd(cutMiddle(`${visible(task.nodeId)}${attempt}`, nameWidth), nameWidth)
  const ran = padStart(duration(Math.round(task.runningSeconds)), 7)
  const { progress } = task
  if (progress === null) return `    ${name}  ${ran}`
  const { done, total, message } = progress
  const bar =
    total === null || total <= 0
      ? ''
      : `${progressBar(done / total, terminal)} ${percent(Math.min(1, done / total)).padStart(4)}  `
  const numbers = total === null ? count(done) : `${count(done)} of ${count(total)}`
  return `    ${name}  ${ran}  ${bar}${numbers}${message === null ? '' : `  ${style('dim', visible(message))}`}`
}

const BAR_CELLS = 12

function progressBar(ratio: number, { glyphs, style }: Terminal): string {
  const full = Math.round(Math.min(1, Math.max(0, ratio)) * BAR_CELLS)
  return style('cyan', glyphs.path.repeat(full)) + style('dim', glyphs.wait.repeat(BAR_CELLS - full))
}

/** Returns as many whole runs as fit, with one line that counts the others. */
function fit(runs: readonly (readonly string[])[], room: number, terminal: Terminal): string[] {
  const lines: string[] = []
  for (const [index, run] of runs.entries()) {
    const others = runs.length - index
    if (lines.length + run.length + (others > 1 ? 1 : 0) <= room) {
      lines.push(...run)
      continue
    }
    const left = room - lines.length - 1
    if (left > 1) lines.push(...run.slice(0, left))
    const more = left > 1 ? others - 1 : others
    if (more > 0) lines.push(terminal.style('dim', `${more} more running`))
    break
  }
  return lines
}

/** Returns one event as one line. */
export function eventLine(event: TrackingEvent, terminal: Terminal): string {
  const { style } = terminal
  const time = style('dim', clockSeconds(event.time))
  const where = `${style('bold', visible(event.workflowId))} ${style('dim', shortId(event.runId))}`
  const [kind, what = ''] = event.type.split('.')
  const status = what as TaskStatus
  switch (event.type) {
    case 'task.progress': {
      const { done, total, message } = event
      const numbers = total === null ? count(done) : `${count(done)} of ${count(total)}`
      return `${time}  ${statusGlyph('running', terminal)} ${where}  ${visible(event.nodeId)}  ${numbers}${message === null ? '' : `  ${visible(message)}`}`
    }
    case 'metric.threshold':
      return `${time}  ${style('yellow', '!')} ${where}  ${visible(event.nodeId)}  ${visible(event.metric)} ${event.value} is over ${event.limit}`
    case 'run.started':
    case 'task.started':
    case 'task.retried': {
      const node = kind === 'task' && 'nodeId' in event ? `  ${visible(event.nodeId)}` : ''
      const again = 'attempt' in event && event.attempt > 1 ? `, attempt ${event.attempt}` : ''
      return `${time}  ${statusGlyph('running', terminal)} ${where}${node}  ${what}${again}`
    }
    default: {
      const node = 'nodeId' in event ? `  ${visible(event.nodeId)}` : ''
      const took = event.duration === null ? '' : `  ${duration(event.duration)}`
      const why = whyOf(event)
      return `${time}  ${statusGlyph(status, terminal)} ${where}${node}  ${style(statusStyle(status), what)}${took}${why === '' ? '' : `  ${visible(why)}`}`
    }
  }
}

function whyOf(event: Extract<TrackingEvent, { readonly duration: number | null }>): string {
  if ('reason' in event)
    return event.error === null ? (event.reason ?? '') : `${event.error.type}: ${event.error.message}`
  return event.error ?? ''
}
