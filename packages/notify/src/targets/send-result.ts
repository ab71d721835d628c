/** Result of sending a notice to a target. */
export interface SendResult {
  readonly ok: boolean
  /** `exit code 1`, `on disk, to be delivered` … */
  readonly detail: string
}
