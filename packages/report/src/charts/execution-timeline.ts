import { type Chain, secondsBetween } from '@runspan/analytics'
import { duration, type RunStory, shortName } from '@runspan/story'

import type { TimelineRow } from '../timeline/rows.ts'
import { axisOf } from '../timeline/timeline-html.ts'
import { FIXED, timeAxis } from './axes.ts'
import type { ChartOption } from './chart-option.ts'
import { type ChartTheme, labelStyle } from './chart-theme.ts'
import { CHART_MARKS, statusColor } from './marks.ts'

const ROW = 26
const NAME = 230
const RAN = 84

/** Returns the height in pixels of a timeline with this many rows. */
export function executionTimelineHeight(rows: number): number {
  return rows * ROW + 34
}

interface Api {
  value(dimension: number): number
  coord(value: readonly [number, number]): [number, number]
}

interface Shape {
  readonly type: string
  readonly shape?: object
  readonly style?: object
}

/**
 * Returns the run's tasks on a time axis, by the same rules as the document's timeline: attempts in a row, whiskers, the
 * critical path.
 */
export function executionTimeline(story: RunStory, rows: readonly TimelineRow[], theme: ChartTheme): ChartOption {
  const { tokens, fontFamily } = theme
  const seconds = axisOf(story) * 1.012
  const rowOf = new Map(rows.flatMap((row, i) => (row.kind === 'task' ? [[row.chain, i] as const] : [])))
  return {
    grid: { ...FIXED, left: NAME, right: RAN, top: 28, bottom: 6 },
    xAxis: { ...timeAxis(seconds, 8, theme), position: 'top' },
    yAxis: {
      type: 'category',
      inverse: true,
      data: rows.map((_, i) => String(i)),
      axisLine: { show: false },
      axisTick: { show: false },
      axisLabel: {
        ...labelStyle(theme),
        fontSize: 13,
        color: tokens.ink,
        margin: NAME,
        align: 'left',
        interval: 0,
        formatter: (_: string, i: number) => rowLabel(rows[i]!),
        rich: {
          bold: { fontWeight: 600, fontSize: 13, color: tokens.ink, fontFamily },
          quiet: { fontSize: 12, color: tokens.ink3, fontFamily },
        },
      },
    },
    series: [
      {
        type: 'custom',
        silent: true,
        clip: false,
        encode: { x: 0, y: 1 },
        data: rows.map((_, i) => [0, i]),
        renderItem: (params: { readonly dataIndex: number }, api: Api) => {
          const row = rows[params.dataIndex]!
          const y = api.coord([0, params.dataIndex])[1]
          const x = (at: number): number => api.coord([at, params.dataIndex])[0]
          const right = x(seconds) + RAN
          return {
            type: 'group',
            children: [
              ...attemptsTag(row, x(0) - 14, y, theme),
              ...marks(row, x, y, story, theme),
              ...path(row, params.dataIndex, x, y, story, rowOf, theme),
              text(ranFor(row), right, y, 'right', row.kind === 'group' ? tokens.ink3 : tokens.ink2, 12.5, theme),
            ],
          }
        },
      },
    ],
  }
}

function rowLabel(row: TimelineRow): string {
  if (row.kind === 'more') return `{quiet|${row.count} more}`
  if (row.kind === 'waiting') return plainLabel(row.name, 30)
  if (row.kind === 'group') return `${plainLabel(row.name, 24)} ×${row.chains.length}`
  const { nodeId, onPath, attempts } = row.chain
  const name = `${row.inGroup ? '\u00A0\u00A0\u00A0' : ''}${plainLabel(nodeId, attempts.length > 1 ? 19 : 30)}`
  // one style a label: a server without fonts cannot measure where the next would start
  return onPath ? `{bold|${name}}` : name
}

/** Returns the number of attempts, at the right of the name's column. */
function attemptsTag(row: TimelineRow, x: number, y: number, theme: ChartTheme): Shape[] {
  if (row.kind !== 'task' || row.chain.attempts.length < 2) return []
  const failed = row.chain.status === 'failed'
  const { failedText, lostText } = theme.tokens
  const words = `${failed ? `${CHART_MARKS.failed} ` : ''}${row.chain.attempts.length} attempts`
  return [text(words, x, y, 'right', failed ? failedText : lostText, 11.5, theme)]
}

/** Removes braces and bars, which have a meaning in rich text. */
function plainLabel(name: string, characters: number): string {
  return shortName(name, characters).replaceAll('{', '(').replaceAll('}', ')').replaceAll('|', '¦')
}

function ranFor(row: TimelineRow): string {
  if (row.kind === 'more') return ''
  if (row.kind === 'waiting') return 'waiting'
  if (row.kind === 'group') return `${row.peak} at once`
  return row.chain.status === 'skipped' ? 'not run' : duration(row.chain.end - row.chain.start)
}

function marks(row: TimelineRow, x: (at: number) => number, y: number, story: RunStory, theme: ChartTheme): Shape[] {
  const { tokens } = theme
  if (row.kind === 'more' || row.kind === 'waiting') return []
  if (row.kind === 'group') {
    const step = (axisOf(story) * 1.012) / row.levels.length
    const points: [number, number][] = [[x(0), y + 10]]
    row.levels.forEach((level, i) => {
      const top = y + 10 - (Math.min(level, row.peak) / Math.max(1, row.peak)) * 18
      points.push([x(i * step), top], [x((i + 1) * step), top])
    })
    points.push([x(row.levels.length * step), y + 10])
    return [{ type: 'polygon', shape: { points }, style: { fill: tokens.completedSoft } }]
  }
  return row.chain.status === 'skipped'
    ? [diamond(x(row.chain.start), y, theme)]
    : attemptMarks(row.chain, x, y, story, theme)
}

function attemptMarks(chain: Chain, x: (at: number) => number, y: number, story: RunStory, theme: ChartTheme): Shape[] {
  const { tokens } = theme
  let idle = chain.start
  return chain.attempts.flatMap((attempt, i): Shape[] => {
    const start = secondsBetween(story.run.startTime, attempt.startTime)
    const end = start + (attempt.durationSeconds ?? 0)
    const from = i === 0 ? Math.max(0, start - attempt.queueSeconds) : idle
    idle = end
    const width = Math.max(3, x(end) - x(start))
    const lost = attempt.status === 'lost'
    const mark =
      attempt.status === 'failed' || attempt.status === 'cancelled'
        ? CHART_MARKS[attempt.status]
        : lost
          ? CHART_MARKS.lost
          : ''
    return [
      ...(x(start) - x(from) > 1
        ? [
            {
              type: 'line',
              shape: { x1: x(from), y1: y, x2: x(start), y2: y },
              style: { stroke: tokens.wait, lineWidth: 1, lineDash: i === 0 ? 'solid' : [2, 3] },
            },
          ]
        : []),
      {
        type: 'rect',
        shape: { x: x(start), y: y - 6.5, width, height: 13, r: 2 },
        style: lost
          ? { fill: 'none', stroke: tokens.lost, lineWidth: 1, lineDash: [3, 2] }
          : { fill: statusColor(attempt.status, tokens) },
      },
      ...(mark !== '' && width >= 15
        ? [text(mark, x(start) + width - 4, y, 'right', lost ? tokens.lostText : '#ffffff', 12, theme)]
        : []),
    ]
  })
}

function diamond(x: number, y: number, { tokens }: ChartTheme): Shape {
  return {
    type: 'polygon',
    shape: {
      points: [
        [x, y - 6],
        [x + 6, y],
        [x, y + 6],
        [x - 6, y],
      ],
    },
    style: { fill: tokens.paper, stroke: tokens.skipped, lineWidth: 1 },
  }
}

function path(
  row: TimelineRow,
  index: number,
  x: (at: number) => number,
  y: number,
  story: RunStory,
  rowOf: ReadonlyMap<Chain, number>,
  { tokens }: ChartTheme,
): Shape[] {
  if (row.kind !== 'task') return []
  const bottom = y + ROW / 2 - 1
  const line = (
    x1: number,
    y1: number,
    x2: number,
    y2: number,
    lineDash: 'solid' | number[] = 'solid',
    lineWidth = 2,
  ): Shape => ({
    type: 'line',
    shape: { x1, y1, x2, y2 },
    style: { stroke: tokens.ink, lineWidth, lineDash },
  })
  return story.path.flatMap((piece, i): Shape[] => {
    if (piece.chain !== row.chain) return []
    const before = story.path[i - 1]?.chain
    const from = before === undefined || before === null ? undefined : rowOf.get(before)
    return [
      ...(from === undefined || from === index
        ? []
        : [line(x(piece.from), bottom - (index - from) * ROW, x(piece.from), bottom)]),
      ...(x(piece.start) - x(piece.from) > 1 ? [line(x(piece.from), bottom, x(piece.start), bottom, [4, 3])] : []),
      line(x(piece.start), bottom, Math.max(x(piece.start) + 2, x(piece.end)), bottom, 'solid', 2.5),
    ]
  })
}

function text(
  words: string,
  x: number,
  y: number,
  align: 'left' | 'right',
  fill: string,
  fontSize: number,
  { fontFamily }: ChartTheme,
): Shape {
  return { type: 'text', style: { text: words, x, y, align, verticalAlign: 'middle', fill, fontSize, fontFamily } }
}
