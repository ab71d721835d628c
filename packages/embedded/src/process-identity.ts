import { execFile } from 'node:child_process'
import { readFile, readlink } from 'node:fs/promises'
import { promisify } from 'node:util'

/**
 * Returns when and where a process started, as text that no other process has: neither a later one with the same number, nor
 * one with this number in another container or on another machine. Null if it is gone. (Uses `ps` without /proc.)
 */
export async function processStart(pid: number): Promise<string | null> {
  if (process.platform !== 'linux') return startAccordingToPs(pid)
  const [place, ticks] = await Promise.all([placeOf(), startTicks(pid)])
  return ticks === null ? null : `${place}:${ticks}`
}

/** Returns the machine's boot id and this process's PID namespace, in which process numbers are valid. */
async function placeOf(): Promise<string> {
  try {
    const [boot, namespace] = await Promise.all([
      readFile('/proc/sys/kernel/random/boot_id', 'latin1'),
      readlink('/proc/self/ns/pid'),
    ])
    return `${boot.trim()}:${namespace}`
  } catch {
    return 'unknown' // a system without either
  }
}

/** Returns the kernel's ticks at a process's start; null if it is gone. */
async function startTicks(pid: number): Promise<string | null> {
  // /proc of an outer PID namespace shows other processes under these numbers
  if ((await readlink('/proc/self').catch(() => '')) !== String(process.pid)) return isThere(pid) ? 'unknown' : null
  let stat: string
  try {
    stat = await readFile(`/proc/${pid}/stat`, 'utf8')
  } catch (error) {
    if (['ENOENT', 'ESRCH'].includes(String((error as NodeJS.ErrnoException).code))) return null
    throw error
  }
  // The second field is the program's name in brackets, and may contain spaces and brackets.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  const [state] = fields
  if (state === 'Z' || state === 'X') return null
  return fields[19] ?? null
}

function isThere(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    // EPERM: it exists, but belongs to another user
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

async function startAccordingToPs(pid: number): Promise<string | null> {
  try {
    const { stdout } = await promisify(execFile)('ps', ['-o', 'lstart=', '-p', String(pid)], {
      env: { PATH: process.env['PATH'], LC_ALL: 'C', TZ: 'UTC' },
    })
    return stdout.trim() || null
  } catch (error) {
    // `ps` exits with 1 if there is no such process.
    if ((error as { code?: unknown }).code === 1) return null
    throw error
  }
}
