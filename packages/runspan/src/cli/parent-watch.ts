import { readFileSync } from 'node:fs'

const CHECK_MS = 500

/** Taken as this is loaded: npm may end before anybody watches it. */
const FIRST_PARENT = process.ppid
const FIRST_PARENTS = parentsOf()

/**
 * Calls back when the npm that started this process ends. npm passes a signal on to the shell between it and us, and the shell
 * dies without passing it on: `npx runspan up` would stay. Does nothing for a process that npm did not start, since other
 * parents end before their children on purpose. Returns what stops the watching; it keeps no process alive.
 */
export function onNpmEnd(ended: () => void): () => void {
  if (process.env['npm_command'] === undefined || FIRST_PARENT <= 1) return () => undefined
  const timer = setInterval(() => {
    if (parentsOf() === FIRST_PARENTS) return
    clearInterval(timer)
    ended()
  }, CHECK_MS)
  timer.unref()
  return () => clearInterval(timer)
}

/** The shell that started us, and who started that: a parent that ends is replaced by another process. */
function parentsOf(): string {
  return `${process.ppid} ${parentOf(process.ppid)}`
}

/** Empty where the system does not say, as outside Linux: then the shell's end alone is noticed. */
function parentOf(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1')
    // the name before may hold anything, brackets too
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1] ?? ''
  } catch {
    return ''
  }
}
