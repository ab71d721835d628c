import { GLYPHS, UNKNOWN } from '@runspan/story'

import { shellWord } from './shell-word.ts'
import { visible } from './text.ts'

/** Styles of a terminal: 16 colours, and colour only on glyphs and bars; words are bold, dim or plain. */
export type Style = 'bold' | 'dim' | 'green' | 'red' | 'cyan' | 'magenta' | 'yellow'

/** Where text goes: how wide, with which means. */
export interface Terminal {
  /** Cells a line may take, 60 at least. */
  readonly width: number
  readonly glyphs: Glyphs
  readonly now: Date
  /** What a person types to run us: `runspan`, or `npx runspan` where npm started us. */
  readonly program: string
  /** What has to follow a suggested command for it to find the same data; empty where that goes without saying. */
  readonly where: string
  style(style: Style, text: string): string
}

/** Characters that pictures are made of. */
export interface Glyphs {
  readonly path: string
  readonly bar: string
  readonly wait: string
  /** Rising blocks: how many at once. */
  readonly levels: readonly string[]
  readonly failed: string
  readonly skipped: string
  readonly onPath: string
  readonly completed: string
  readonly cancelled: string
  readonly running: string
  readonly lost: string
  readonly pending: string
  readonly none: string
  readonly note: string
}

const UNICODE: Glyphs = {
  path: '▇',
  bar: '━',
  wait: '╌',
  levels: ['▁', '▂', '▃', '▄', '▅', '▆', '▇'],
  failed: GLYPHS.failed,
  skipped: '◇',
  onPath: '◆',
  completed: GLYPHS.completed,
  cancelled: GLYPHS.cancelled,
  running: GLYPHS.running,
  lost: GLYPHS.lost,
  pending: GLYPHS.pending,
  none: UNKNOWN,
  note: '└',
}

const ASCII: Glyphs = {
  path: '#',
  bar: '=',
  wait: '.',
  levels: ['_', '-', '=', '#'],
  failed: 'x',
  skipped: 'o',
  onPath: '*',
  completed: '+',
  cancelled: '/',
  running: '>',
  lost: '?',
  pending: 'o',
  none: '-',
  note: '`',
}

const CODES: Readonly<Record<Style, readonly [number, number]>> = {
  bold: [1, 22],
  dim: [2, 22],
  red: [31, 39],
  green: [32, 39],
  yellow: [33, 39],
  magenta: [35, 39],
  cyan: [36, 39],
}

const NARROWEST = 60

/** A terminal of this width; `color` false drops the escapes and nothing else. */
export function makeTerminal(options: {
  width: number
  color: boolean
  ascii?: boolean
  now?: Date
  program?: string
  where?: string
}): Terminal {
  return {
    width: Math.max(NARROWEST, options.width),
    glyphs: options.ascii === true ? ASCII : UNICODE,
    now: options.now ?? new Date(),
    program: options.program ?? 'runspan',
    where: options.where ?? '',
    style(style, text) {
      if (!options.color || text === '') return text
      const [on, off] = CODES[style]
      return `\u001B[${on}m${text}\u001B[${off}m`
    },
  }
}

/** The terminal standard output is connected to; 80 wide and colourless where it is none. */
export function terminal(options: { ascii?: boolean | undefined } = {}): Terminal {
  const { NO_COLOR, FORCE_COLOR, TERM, COLUMNS } = process.env
  const forced = FORCE_COLOR !== undefined && FORCE_COLOR !== '0'
  const color = (process.stdout.isTTY || forced) && (NO_COLOR === undefined || NO_COLOR === '') && TERM !== 'dumb'
  const width = process.stdout.columns || Number(COLUMNS) || 80
  const program = process.env['npm_command'] === undefined ? 'runspan' : 'npx runspan'
  return makeTerminal({ width, color, ascii: options.ascii ?? false, program, where: dataFlags(process.argv) })
}

/** ` --data DIR`, ` --clickhouse URL`: what this command was told of where its data is, without the password. */
export function dataFlags(argv: readonly string[]): string {
  const end = argv.indexOf('--')
  const words = end < 0 ? argv : argv.slice(0, end)
  const flag = (name: string): string => {
    const at = words.findIndex((word) => word === name || word.startsWith(`${name}=`))
    const value = at < 0 ? '' : words[at]!.slice(name.length + 1) || (words[at + 1] ?? '')
    return value === '' ? '' : ` ${name} ${shellWord(visible(withoutPassword(value)))}`
  }
  return flag('--clickhouse') + flag('--data')
}

function withoutPassword(text: string): string {
  return text.replace(/^(\w+:\/\/[^:/@]*:)[^/]*@/, '$1…@')
}
