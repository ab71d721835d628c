/**
 * Colours by meaning. Fills have a contrast of 3:1 on paper, text 4.5:1; colour-blind readers can distinguish any two
 * statuses.
 */
export interface Tokens {
  readonly paper: string
  readonly ground: string
  readonly ink: string
  readonly ink2: string
  readonly ink3: string
  readonly rule: string
  readonly rule2: string
  readonly link: string
  readonly completed: string
  readonly completedText: string
  /** A lighter shade of completed, for shapes that only count. */
  readonly completedSoft: string
  readonly failed: string
  readonly failedText: string
  readonly running: string
  readonly runningText: string
  readonly cancelled: string
  readonly cancelledText: string
  readonly lost: string
  readonly lostText: string
  readonly skipped: string
  readonly skippedText: string
  readonly wait: string
  readonly heatFarBelow: string
  readonly heatBelow: string
  readonly heatUsual: string
  readonly heatAbove: string
  readonly heatFarAbove: string
}

export const LIGHT: Tokens = {
  paper: '#ffffff',
  ground: '#f5f6f4',
  ink: '#191c20',
  ink2: '#474d55',
  ink3: '#676e77',
  rule: '#e2e4e0',
  rule2: '#c3c7c2',
  link: '#0a5ea8',
  completed: '#2f9e7e',
  completedText: '#0f6e53',
  completedSoft: '#9bd0bf',
  failed: '#b5390f',
  failedText: '#a8340c',
  running: '#1478be',
  runningText: '#0a65a8',
  cancelled: '#8a3d86',
  cancelledText: '#7d357a',
  lost: '#c08600',
  lostText: '#855b00',
  skipped: '#7b838c',
  skippedText: '#5f666e',
  wait: '#868d95',
  heatFarBelow: '#2166ac',
  heatBelow: '#92c0dd',
  heatUsual: '#eceeed',
  heatAbove: '#ecd08a',
  heatFarAbove: '#b57d00',
}

export const DARK: Tokens = {
  paper: '#121518',
  ground: '#1c2125',
  ink: '#e9ecee',
  ink2: '#b9c0c6',
  ink3: '#919aa3',
  rule: '#2a3036',
  rule2: '#434b53',
  link: '#74b9f2',
  completed: '#43b394',
  completedText: '#4cc9a3',
  completedSoft: '#28604f',
  failed: '#e8603c',
  failedText: '#ff8a66',
  running: '#3d9fdc',
  runningText: '#6bbcf0',
  cancelled: '#c07ab0',
  cancelledText: '#d79acb',
  lost: '#f0b429',
  lostText: '#f0c25e',
  skipped: '#89929b',
  skippedText: '#a0a8b0',
  wait: '#7d868f',
  heatFarBelow: '#5aa9e6',
  heatBelow: '#2f5878',
  heatUsual: '#262c31',
  heatAbove: '#5c4a1e',
  heatFarAbove: '#d9a52c',
}

/** The tokens as custom properties, so that one picture works in light and dark. */
export const PROPERTIES: Tokens = Object.fromEntries(
  Object.keys(LIGHT).map((token) => [token, `var(${property(token)})`]),
) as unknown as Tokens

function property(token: string): string {
  return `--${token.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`
}

function declarations(tokens: Tokens): string {
  return Object.entries(tokens)
    .map(([token, value]) => `${property(token)}:${value}`)
    .join(';')
}

/** Follows `prefers-color-scheme`; `data-theme` on the root overrides it; print is light. */
export const TOKENS_CSS: string = `:root{color-scheme:light;${declarations(LIGHT)}}
@media screen and (prefers-color-scheme:dark){:root:not([data-theme=light]){color-scheme:dark;${declarations(DARK)}}}
@media screen{:root[data-theme=dark]{color-scheme:dark;${declarations(DARK)}}}`

export const SANS =
  'system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue","Noto Sans","Liberation Sans",Arial,sans-serif'
export const MONO = 'ui-monospace,SFMono-Regular,Menlo,Consolas,"Liberation Mono","DejaVu Sans Mono",monospace'
