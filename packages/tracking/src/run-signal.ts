/**
 * The signal of a run, aborted by the caller's signal or by Runspan. It is created on first use, since most runs need none.
 */
export class RunSignal {
  readonly #given: AbortSignal | undefined
  #controller: AbortController | null = null
  readonly #follow = (): void => this.#controller?.abort(this.#given?.reason)

  constructor(given: AbortSignal | undefined) {
    this.#given = given
  }

  get signal(): AbortSignal {
    if (this.#controller === null) {
      this.#controller = new AbortController()
      if (this.#given?.aborted === true) this.#follow()
      else this.#given?.addEventListener('abort', this.#follow, { once: true })
    }
    return this.#controller.signal
  }

  get aborted(): boolean {
    return this.#given?.aborted === true || this.#controller?.signal.aborted === true
  }

  get reason(): unknown {
    return this.#given?.aborted === true ? this.#given.reason : this.#controller?.signal.reason
  }

  /** Aborts the signal. Returns false if nobody has asked for the signal, so that nobody is notified. */
  abort(reason: unknown): boolean {
    const heard = this.#controller !== null
    void this.signal
    this.#controller?.abort(reason)
    return heard
  }

  /** Releases the caller's signal. */
  close(): void {
    this.#given?.removeEventListener('abort', this.#follow)
  }
}
