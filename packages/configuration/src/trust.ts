import { lstatSync, readdirSync, readFileSync, readlinkSync, realpathSync, type Stats, statSync } from 'node:fs'
import { userInfo } from 'node:os'
import { dirname, join, resolve } from 'node:path'

/** A file or directory that was found and is not used. */
export interface Ignored {
  readonly path: string
  /** Follows the path in a sentence: `belongs to another user (uid 1001)`. */
  readonly reason: string
}

const GROUP_WRITES = 0o020
const OTHERS_WRITE = 0o002
const STICKY = 0o1000
/** Longest chain of links that is followed; Linux gives up at 40. */
const MAX_LINKS = 40

/**
 * Returns why a file that was found upwards must not be used, or null if it may be: another user could have written it, so it
 * could run commands or collect data under this user's name. The file, the directory that holds it, and every link on the way
 * must belong to this user or root and be writable by nobody else. A sticky directory such as /tmp may be writable by all:
 * nobody replaces another user's file there. Always null where the system has no user ids.
 */
export function distrustOfFile(path: string): string | null {
  return examine(path, (target) => {
    const holder = dirname(target)
    const reason = distrustOf(statSync(holder), true)
    return distrustOf(statSync(target), false) ?? (reason === null ? null : `lies in ${holder}, which ${reason}`)
  })
}

/** The same for a data directory and the entries directly in it, such as the connection file. The directory protects what is deeper. */
export function distrustOfDirectory(path: string): string | null {
  return examine(path, (target) => distrustOf(statSync(target), false) ?? distrustOfEntries(target))
}

function distrustOfEntries(directory: string): string | null {
  for (const name of readdirSync(directory)) {
    const stats = lstatSync(join(directory, name), { throwIfNoEntry: false })
    if (stats === undefined) continue // temporary files come and go
    const reason = stats.isSymbolicLink() && isOurs(stats) ? null : distrustOf(stats, false)
    if (reason !== null) return `holds ${JSON.stringify(name)}, which ${reason}`
  }
  return null
}

function examine(path: string, examineTarget: (target: string) => string | null): string | null {
  if (process.getuid === undefined) return null
  try {
    return distrustOfLinks(path) ?? examineTarget(realpathSync(path))
  } catch (error) {
    return `cannot be examined (${(error as NodeJS.ErrnoException).code ?? String(error)})`
  }
}

/** A link is as good as the file: its owner chooses what is read. */
function distrustOfLinks(path: string): string | null {
  for (let at = path, links = 0; links < MAX_LINKS; links++) {
    const stats = lstatSync(at)
    if (!stats.isSymbolicLink()) return null
    if (!isOurs(stats)) return `is a link that belongs to another user (uid ${stats.uid})`
    at = resolve(dirname(at), readlinkSync(at))
  }
  return 'is a link that does not end'
}

function distrustOf(stats: Stats, isHolder: boolean): string | null {
  if (!isOurs(stats)) return `belongs to another user (uid ${stats.uid})`
  if (isHolder && (stats.mode & STICKY) !== 0) return null
  if ((stats.mode & OTHERS_WRITE) !== 0) return 'can be written by every user'
  if ((stats.mode & GROUP_WRITES) !== 0 && !isPrivateGroup(stats.gid)) return `can be written by group ${stats.gid}`
  return null
}

function isOurs({ uid }: Stats): boolean {
  return uid === 0 || uid === process.geteuid!()
}

/**
 * Whether a group has this user only, as each user's own group has on Debian, Ubuntu and Fedora, where files are writable by
 * the group unless told otherwise. Not asked for root, whose group has other members on some systems.
 */
function isPrivateGroup(gid: number): boolean {
  if (process.geteuid!() === 0 || gid !== process.getegid!()) return false
  try {
    const { username, uid } = userInfo()
    const group = entriesOf('/etc/group').find(([, , id]) => id === String(gid))
    const members = (group?.[3] ?? '').split(',').filter((name) => name !== '')
    return (
      group?.[0] === username &&
      members.every((name) => name === username) &&
      entriesOf('/etc/passwd').every((user) => user[3] !== String(gid) || user[2] === String(uid))
    )
  } catch {
    return false // without a list of users nobody knows who is in the group
  }
}

function entriesOf(file: string): string[][] {
  return readFileSync(file, 'utf8')
    .split('\n')
    .map((line) => line.split(':'))
}
