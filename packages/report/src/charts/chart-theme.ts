import { DARK, LIGHT, PROPERTIES, type Tokens } from '../theme/tokens.ts'

/** Colours by meaning, and the font for files without one. */
export interface ChartTheme {
  readonly tokens: Tokens
  readonly fontFamily: string
  readonly dark: boolean
}

/** Theme within a document: its custom properties and font, so that one picture works in light and dark. */
export const DOCUMENT_THEME: ChartTheme = { tokens: PROPERTIES, fontFamily: 'inherit', dark: false }

/** The package's font; on machines without it the next ones are used. */
export const PICTURE_FONT = "Inter, system-ui, 'Segoe UI', Roboto, 'Liberation Sans', Arial, sans-serif"

/** Theme for separate files: SVG viewers and PNG do not support custom properties. */
export const LIGHT_THEME: ChartTheme = { tokens: LIGHT, fontFamily: PICTURE_FONT, dark: false }
export const DARK_THEME: ChartTheme = { tokens: DARK, fontFamily: PICTURE_FONT, dark: true }

/** Returns the style of axis labels and other small text. */
export function labelStyle({ tokens, fontFamily }: ChartTheme): {
  color: string
  fontSize: number
  fontFamily: string
} {
  return { color: tokens.ink3, fontSize: 12, fontFamily }
}
