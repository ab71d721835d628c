import { fileURLToPath } from 'node:url'

/** A line of a stack as it is shown: own frames stand out, runs of others are one line. */
export interface StackLine {
  readonly kind: 'message' | 'own' | 'folded'
  readonly text: string
}

const FRAME = /^\s+at /
const FOREIGN = /node_modules|\(?node:|<anonymous>\)?$|\(native\)|internal\//
/** Where Runspan's packages lie beside each other, outside of `node_modules`: in a clone of its repository. Null where they are installed. */
const OURS = siblings(fileURLToPath(import.meta.url).replaceAll('\\', '/'))

function siblings(here: string): string | null {
  const at = here.lastIndexOf('/packages/report/')
  return at < 0 ? null : `${here.slice(0, at)}/packages/`
}

/** What lies in a package of Runspan is not the user's own, the demo's pipeline included. */
function isOurs(frame: string): boolean {
  return OURS !== null && frame.replaceAll('\\', '/').includes(OURS)
}

/** More lines of a stack than this tell nothing new. */
const MOST_LINES = 200
const MOST_CHARACTERS = 300

/** A stack with runs of foreign frames folded: `… 4 frames in pg-pool, node:internal`. */
export function stackLines(stack: string): {
  readonly lines: StackLine[]
  readonly own: number
  readonly frames: number
} {
  const lines: StackLine[] = []
  let folded: string[] = []
  let own = 0
  let frames = 0
  const close = (): void => {
    if (folded.length > 0) lines.push({ kind: 'folded', text: foldedText(folded) })
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

function foldedText(frames: readonly string[]): string {
  const where = [...new Set(frames.map(placeOf))].slice(0, 3)
  return `    … ${frames.length} frame${frames.length === 1 ? '' : 's'} in ${where.join(', ')}`
}

function placeOf(frame: string): string {
  const packaged = /.*node_modules\/((?:@[^/]+\/)?[^/:)]+)/.exec(frame)?.[1]
  if (packaged === undefined && isOurs(frame)) return 'runspan'
  return packaged ?? /node:[\w]+/.exec(frame)?.[0] ?? 'the runtime'
}
