import { diag } from '@opentelemetry/api'

/** What this package had to leave out or repair. */
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

/** Counts a loss, and says it through OTel `diag` the first time. */
export function countLoss(loss: Loss, message: string, cause?: unknown): void {
  const count = counts.get(loss) ?? 0
  counts.set(loss, count + 1)
  if (count > 0) return
  const text = `runspan: ${message} (said once, counted as ${loss})`
  try {
    if (cause === undefined) diag.warn(text)
    // what the system says fits on the line; an error of code is worth its stack
    else if (isOfTheSystem(cause)) diag.warn(`${text}: ${(cause as Error).message}`)
    else diag.warn(text, cause)
  } catch {
    // a logger of the host that throws must not throw into the host
  }
}

function isOfTheSystem(cause: unknown): boolean {
  const { syscall, code } = (cause ?? {}) as NodeJS.ErrnoException
  return syscall !== undefined || code === 'ERR_ACCESS_DENIED'
}

/** How often each kind of loss happened in this process. */
export function lossCounts(): Readonly<Partial<Record<Loss, number>>> {
  return Object.fromEntries(counts)
}
