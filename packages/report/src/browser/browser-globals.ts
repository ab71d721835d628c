/*
 * Browser types that the script uses, and no more: the types of all browser globals would apply to the whole workspace, and
 * change the meaning of `fetch` and others in Node.
 */

/** The used part of an element. */
export interface PageElement {
  className: string
  readonly classList: { add(name: string): void; remove(name: string): void }
  readonly style: { height: string }
  readonly dataset: Readonly<Record<string, string | undefined>>
  readonly offsetHeight: number
  readonly clientWidth: number
  readonly textContent: string | null
  readonly children: Iterable<PageElement>
  querySelector(selector: string): PageElement | null
  getAttribute(name: string): string | null
  setAttribute(name: string, value: string): void
  before(element: PageElement): void
}

interface BrowserGlobals {
  readonly document: {
    querySelector(selector: string): PageElement | null
    querySelectorAll(selector: string): Iterable<PageElement>
    createElement(tag: string): PageElement
  }
  readonly location: { href: string }
  readonly ResizeObserver: new (callback: () => void) => { observe(element: PageElement): void }
}

export const browser: BrowserGlobals = globalThis as unknown as BrowserGlobals
