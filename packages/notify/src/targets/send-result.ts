/** What came of a notice at a target. */
export interface SendResult {
  readonly ok: boolean
  /** `exit code 1`, `on disk, to be delivered` … */
  readonly detail: string
}
