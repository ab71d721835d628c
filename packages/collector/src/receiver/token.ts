import { createHash, timingSafeEqual } from 'node:crypto'

import { Refusal } from './refusal.ts'

/** Who may send: everybody, or whoever knows the token. */
export class Token {
  readonly #digest: Buffer | null

  constructor(token: string | undefined) {
    this.#digest = token === undefined || token === '' ? null : digest(token)
  }

  /** Throws `Refusal` unless the header says `Bearer <token>`; takes as long whatever it says. */
  check(header: string | undefined): void {
    if (this.#digest === null) return
    const given = /^Bearer +(.+)$/i.exec(header ?? '')?.[1] ?? ''
    if (!timingSafeEqual(this.#digest, digest(given))) {
      throw new Refusal('unauthorized', 'Send "Authorization: Bearer <token>".')
    }
  }
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}
