import { DARK, LIGHT, PROPERTIES, type Tokens } from '../theme/tokens.ts'

/** What charts are drawn with: colours by meaning, and a font where the document does not bring one. */
export interface ChartTheme {
  readonly tokens: Tokens
  readonly fontFamily: string
  readonly dark: boolean
}

/** Within a document: its custom properties and its font, so one picture serves light and dark. */
export const DOCUMENT_THEME: ChartTheme = { tokens: PROPERTIES, fontFamily: 'inherit', dark: false }

/** The font that comes with the package; on other machines the next ones do. */
export const PICTURE_FONT = "Inter, system-ui, 'Segoe UI', Roboto, 'Liberation Sans', Arial, sans-serif"

/** For files of their own: SVG viewers and PNG know no custom properties. */
export const LIGHT_THEME: ChartTheme = { tokens: LIGHT, fontFamily: PICTURE_FONT, dark: false }
export const DARK_THEME: ChartTheme = { tokens: DARK, fontFamily: PICTURE_FONT, dark: true }

/** Style of axis labels and other small text. */
export function labelStyle({ tokens, fontFamily }: ChartTheme): {
  color: string
  fontSize: number
  fontFamily: string
} {
  return { color: tokens.ink3, fontSize: 12, fontFamily }
}
