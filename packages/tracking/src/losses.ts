import { diag } from '@opentelemetry/api'

/** Data that this package had to drop or repair. */
export type Loss =
  | 'attribute-refused'
  | 'carrier-without-trace'
  | 'custom-metric-refused'
  | 'error-not-described'
  | 'event-dropped'
  | 'event-handler-threw'
  | 'in-memory-run-forgotten'
  | 'in-memory-task-forgotten'
  | 'input-repaired'
  | 'measurement-off'
  | 'sdk-threw'
  | 'set-after-end'
  | 'task-outside-run'

const counts = new Map<Loss, number>()

/** Counts a loss, and logs it through OTel `diag` the first time. */
export function countLoss(loss: Loss, message: string, cause?: unknown): void {
  const count = counts.get(loss) ?? 0
  counts.set(loss, count + 1)
  if (count > 0) return
  const text = `runspan: ${message} (logged once, counted as ${loss})`
  try {
    if (cause === undefined) diag.warn(text)
    // a system error's message fits on the line; for an error in code the stack is needed
    else if (isOfTheSystem(cause)) diag.warn(`${text}: ${(cause as Error).message}`)
    else diag.warn(text, cause)
  } catch {
    // a host's logger that throws must not throw into the host
  }
}

function isOfTheSystem(cause: unknown): boolean {
  const { syscall, code } = (cause ?? {}) as NodeJS.ErrnoException
  return syscall !== undefined || code === 'ERR_ACCESS_DENIED'
}

/** Returns how often each kind of loss happened in this process. */
export function lossCounts(): Readonly<Partial<Record<Loss, number>>> {
  return Object.fromEntries(counts)
}
