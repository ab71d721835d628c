import { readFileSync } from 'node:fs'

const CHECK_MS = 500

/** Read when this module loads: npm may end before the watch starts. */
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

/** Process ids of the shell that started this process, and of its parent. The system replaces a parent that ends. */
function parentsOf(): string {
  return `${process.ppid} ${parentOf(process.ppid)}`
}

/** Empty outside Linux, where only the end of the shell is noticed. */
function parentOf(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1')
    // the program's name may contain brackets
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1] ?? ''
  } catch {
    return ''
  }
}
