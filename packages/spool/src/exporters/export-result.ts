/** Result of an exporter for the SDK: 0 done, 1 failed. */
export interface ExportResult {
  readonly code: 0 | 1
  readonly error?: Error
}

export type ExportCallback = (result: ExportResult) => void

/** Runs `work` and reports its result to the SDK; the spool has counted its own losses. */
export function exportWith(work: () => void, done: ExportCallback): void {
  try {
    work()
  } catch (error) {
    done({ code: 1, error: error instanceof Error ? error : new Error(String(error)) })
    return
  }
  done({ code: 0 })
}
