import { createRequire } from 'node:module'

import { Resvg } from '@resvg/resvg-js'

const require = createRequire(import.meta.url)
const FONTS = [
  require.resolve('@expo-google-fonts/inter/400Regular/Inter_400Regular.ttf'),
  require.resolve('@expo-google-fonts/inter/600SemiBold/Inter_600SemiBold.ttf'),
]
/** Scripts that Inter covers; others are drawn with the machine's own fonts. */
const COVERED = /^[\p{Script=Latin}\p{Script=Greek}\p{Script=Cyrillic}\p{Script=Common}\p{Script=Inherited}]*$/u

/** Returns an SVG as PNG at twice its size, with the package's font. */
export function svgToPng(svg: string, background: string): Uint8Array {
  return new Resvg(svg, {
    background,
    fitTo: { mode: 'zoom', value: 2 },
    font: { fontFiles: FONTS, loadSystemFonts: !COVERED.test(svg), defaultFontFamily: 'Inter' },
  })
    .render()
    .asPng()
}
