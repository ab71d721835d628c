import { createHash, timingSafeEqual } from 'node:crypto'

import { Refusal } from './refusal.ts'

/** Controls who may send: everybody, or senders with the token. */
export class Token {
  readonly #digest: Buffer | null

  constructor(token: string | undefined) {
    this.#digest = token === undefined || token === '' ? null : digest(token)
  }

  /** Throws `Refusal` unless the header is `Bearer <token>`; takes the same time for any header. */
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
