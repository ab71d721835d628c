/** Prints one JSON document: all that a verb with `--json` writes to standard output. */
export function printJson(value: unknown): void {
  process.stdout.write(`${JSON.stringify(value, null, process.stdout.isTTY ? 2 : 0)}\n`)
}

/** Prints finished lines. */
export function printLines(lines: readonly string[]): void {
  process.stdout.write(`${lines.join('\n')}\n`)
}

/** Words for people beside the answer: progress, hints. */
export function say(text: string): void {
  process.stderr.write(`${text}\n`)
}
