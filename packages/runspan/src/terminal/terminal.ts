import { GLYPHS, UNKNOWN } from '@runspan/story'

import { shellWord } from './shell-word.ts'
import { visible } from './text.ts'

/** Styles of a terminal. Of 16 colours, only glyphs and bars use them; words are bold, dim or plain. */
export type Style = 'bold' | 'dim' | 'green' | 'red' | 'cyan' | 'magenta' | 'yellow'

/** Width and abilities of the terminal. */
export interface Terminal {
  /** Maximum cells of a line, at least 60. */
  readonly width: number
  readonly glyphs: Glyphs
  readonly now: Date
  /** Command to call us: `runspan`, or `npx runspan` if npm started us. */
  readonly program: string
  /** Flags to append to a suggested command so that it finds the same data; empty if none are needed. */
  readonly where: string
  style(style: Style, text: string): string
}

/** Characters for drawing. */
export interface Glyphs {
  readonly path: string
  readonly bar: string
  readonly wait: string
  /** Rising blocks, from low to high. */
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

/** Returns a terminal of this width; `color` false drops only the escapes. */
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

/** Returns the terminal of standard output; 80 cells wide and without colour if it is not a terminal. */
export function terminal(options: { ascii?: boolean | undefined } = {}): Terminal {
  const { NO_COLOR, FORCE_COLOR, TERM, COLUMNS } = process.env
  const forced = FORCE_COLOR !== undefined && FORCE_COLOR !== '0'
  const color = (process.stdout.isTTY || forced) && (NO_COLOR === undefined || NO_COLOR === '') && TERM !== 'dumb'
  const width = process.stdout.columns || Number(COLUMNS) || 80
  const program = process.env['npm_command'] === undefined ? 'runspan' : 'npx runspan'
  return makeTerminal({ width, color, ascii: options.ascii ?? false, program, where: dataFlags(process.argv) })
}

/** Returns ` --data DIR`, ` --clickhouse URL` as this command was given them, without the password. */
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
