/** Files beyond this many are looked at anew. */
const MOST_FILES = 10_000

interface Seen {
  readonly changedMs: number
  /** On the monotonic clock. */
  readonly sinceMs: number
}

/**
 * Tells for how long files have not changed. A file's time of change is compared with the wall clock only when the file is seen for the first
 * time; from then on a monotonic clock counts, so that a step of the wall clock makes nothing look old or young.
 */
export class Silence {
  private readonly seen = new Map<string, Seen>()

  /** Milliseconds since the file last changed, as far as is known; 0 for a time of change in the future. */
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
