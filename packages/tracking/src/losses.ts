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
  // what the file system says fits on the line; an error of code is worth its stack
  if (cause === undefined) diag.warn(text)
  else if ((cause as NodeJS.ErrnoException | null)?.syscall !== undefined)
    diag.warn(`${text}: ${(cause as Error).message}`)
  else diag.warn(text, cause)
}

/** How often each kind of loss happened in this process. */
export function lossCounts(): Readonly<Partial<Record<Loss, number>>> {
  return Object.fromEntries(counts)
}
