/** A line of a stack as it is shown: the user's frames stand out, consecutive foreign ones are one line. */
export interface StackLine {
  readonly kind: 'message' | 'own' | 'folded'
  readonly text: string
}

const FRAME = /^\s+at /
const FOREIGN = /node_modules|\(?node:|<anonymous>\)?$|\(native\)|internal\//
/** Maximum lines of a stack: more add nothing. */
const MOST_LINES = 200
const MOST_CHARACTERS = 300

/**
 * Returns a stack with consecutive foreign frames folded: `… 4 frames in pg-pool, node:internal`. Frames below `ours`, the
 * folder of Runspan's own packages if they are not installed, count as foreign, including the demo's pipeline.
 */
export function stackLines(
  stack: string,
  ours: string | null = null,
): {
  readonly lines: StackLine[]
  readonly own: number
  readonly frames: number
} {
  const lines: StackLine[] = []
  let folded: string[] = []
  let own = 0
  let frames = 0
  const isOurs = (frame: string): boolean => ours !== null && frame.replaceAll('\\', '/').includes(ours)
  const close = (): void => {
    if (folded.length > 0) lines.push({ kind: 'folded', text: foldedText(folded, isOurs) })
    folded = []
  }
  const all = stack.split('\n')
  for (const line of all.slice(0, MOST_LINES)) {
    const text = line.length > MOST_CHARACTERS ? `${line.slice(0, MOST_CHARACTERS)}…` : line
    if (!FRAME.test(line)) {
      close()
      lines.push({ kind: 'message', text })
      continue
    }
    frames++
    if (FOREIGN.test(line) || isOurs(line)) folded.push(line)
    else {
      close()
      own++
      lines.push({ kind: 'own', text })
    }
  }
  close()
  if (all.length > MOST_LINES) lines.push({ kind: 'folded', text: `… ${all.length - MOST_LINES} more lines` })
  return { lines, own, frames }
}

function foldedText(frames: readonly string[], isOurs: (frame: string) => boolean): string {
  const where = [...new Set(frames.map((frame) => placeOf(frame, isOurs)))].slice(0, 3)
  return `    … ${frames.length} frame${frames.length === 1 ? '' : 's'} in ${where.join(', ')}`
}

function placeOf(frame: string, isOurs: (frame: string) => boolean): string {
  const packaged = /.*node_modules\/((?:@[^/]+\/)?[^/:)]+)/.exec(frame)?.[1]
  if (packaged === undefined && isOurs(frame)) return 'runspan'
  return packaged ?? /node:[\w]+/.exec(frame)?.[0] ?? 'the runtime'
}
