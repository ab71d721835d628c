import { visible } from '@runspan/model'

import { cutEnd, cutMiddle } from './cuts.ts'

/** Returns a name of at most `most` characters, cut in its middle: `reconcile-with-t…[2026-10]`. */
export function shortName(name: string, most: number): string {
  return cutMiddle(visible(name), most)
}

/** Returns prose of at most `most` characters, cut at its end. */
export function shortText(text: string, most: number): string {
  return cutEnd(visible(text), most)
}
