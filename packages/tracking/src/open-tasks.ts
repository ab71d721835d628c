/**
 * A moment at which a task was opened, with the number of tasks open then.
 * A later moment with as many or more tasks replaces it (`into`), so following `into` finds the maximum since.
 */
export interface Moment {
  open: number
  into: Moment | null
  /** The previous moment that had more tasks open. */
  earlier: Moment | null
}

let open = 0
let newest: Moment | null = null

/** Counts one more open task of this process. */
export function openTask(): Moment {
  open++
  const moment: Moment = { open, into: null, earlier: null }
  let top = newest
  while (top !== null && top.open <= open) {
    top.into = moment
    top = top.earlier
  }
  moment.earlier = top
  newest = moment
  return moment
}

/** Returns whether any task is open. */
export function anyOpen(): boolean {
  return open > 0
}

/** Counts one open task less. Returns the maximum that were open at the same time since `since`, that one included. */
export function closeTask(since: Moment): number {
  open--
  let root = since
  while (root.into !== null) root = root.into
  for (let moment = since; moment !== root;) {
    const next: Moment = moment.into ?? root
    moment.into = root
    moment = next
  }
  if (open === 0) newest = null
  return root.open
}
