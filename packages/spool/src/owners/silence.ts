/** Maximum remembered files. */
const MOST_FILES = 10_000

interface Seen {
  readonly changedMs: number
  /** Time on the monotonic clock. */
  readonly sinceMs: number
}

/**
 * Measures how long files have not changed. A file's modification time is compared with the wall clock only when the file is
 * first seen; after that a monotonic clock counts, so that a step of the wall clock makes nothing look old or young.
 */
export class Silence {
  private readonly seen = new Map<string, Seen>()

  /** Returns milliseconds since the file last changed, as far as known; 0 for a modification time in the future. */
  of(path: string, changedMs: number): number {
    const now = performance.now()
    const known = this.seen.get(path)
    if (known?.changedMs === changedMs) return now - known.sinceMs
    const age = known === undefined ? Math.max(0, Date.now() - changedMs) : 0
    if (this.seen.size >= MOST_FILES) this.seen.clear()
    this.seen.set(path, { changedMs, sinceMs: now - age })
    return age
  }
}
