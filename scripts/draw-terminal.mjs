// Draws the output of a command as an SVG: node scripts/draw-terminal.mjs "runspan run …" < output > docs/picture.svg
const COLORS = { 31: '#f2544b', 32: '#23d18b', 33: '#e5c07b', 35: '#d670d6', 36: '#29b8db' }
const [title = ''] = process.argv.slice(2)
let text = ''
for await (const chunk of process.stdin) text += chunk
const lines = [`$ ${title}`, '', ...text.replace(/\n$/, '').split('\n')]
const ESCAPE = new RegExp(`${String.fromCodePoint(27)}\\[(\\d+)m`, 'g')
const escape = (part) => part.replaceAll('&', '&amp;').replaceAll('<', '&lt;')
const cell = 8.4
const width = Math.max(...lines.map((line) => line.replaceAll(ESCAPE, '').length))
const rows = lines.map((line, y) => {
  let x = 0
  let style = {}
  const parts = line.split(ESCAPE)
  const spans = parts.map((part, i) => {
    if (i % 2 === 1) {
      const code = Number(part)
      if (code === 1) style = { ...style, bold: true }
      else if (code === 2) style = { ...style, dim: true }
      else if (code === 22) style = { ...style, bold: false, dim: false }
      else style = { ...style, color: COLORS[code] }
      return ''
    }
    if (part === '') return ''
    const fill = style.color ?? (style.dim || y === 0 ? '#8b8b8b' : '#d4d4d4')
    const span = `<tspan x="${(20 + x * cell).toFixed(1)}" textLength="${(part.length * cell).toFixed(1)}" lengthAdjust="spacingAndGlyphs" fill="${fill}"${style.bold ? ' font-weight="700"' : ''}>${escape(part)}</tspan>`
    x += part.length
    return span
  })
  return `<text y="${32 + y * 18}" xml:space="preserve">${spans.join('')}</text>`
})
const size = [Math.ceil(width * cell + 40), lines.length * 18 + 34]
console.log(
  `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${size.join(' ')}" width="${size[0]}" height="${size[1]}" role="img" aria-label="Terminal: ${escape(title)}" font-family="ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace" font-size="14"><rect width="100%" height="100%" rx="8" fill="#1e1e1e"/>${rows.join('')}</svg>`,
)
