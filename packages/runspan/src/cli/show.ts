import { type Terminal, terminal } from '../terminal/terminal.ts'
import { clip, toAscii } from '../terminal/text.ts'
import { printLines } from './output.ts'

/** Prints a view for the current terminal; no line is wider than the terminal. */
export function show(
  view: (terminal: Terminal) => readonly string[],
  options: { ascii?: boolean | undefined } = {},
): void {
  const screen = terminal(options)
  const lines = view(screen).map((line) => clip(line, screen.width))
  printLines(options.ascii === true ? lines.map(toAscii) : lines)
}
