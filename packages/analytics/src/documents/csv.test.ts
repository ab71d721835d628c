import { visibleLines } from '@runspan/model'
import fc from 'fast-check'
import { expect, test } from 'vitest'

import { csvColumns, toCsv } from './csv.ts'

/** Parses RFC 4180. */
function parse(text: string): string[][] {
  const rows: string[][] = []
  let [row, field, quoted] = [[] as string[], '', false]
  for (let i = 0; i < text.length; i++) {
    const character = text[i]!
    if (quoted) {
      if (character === '"' && text[i + 1] === '"') i++
      else if (character === '"') {
        quoted = false
        continue
      }
      field += character
    } else if (character === '"') quoted = true
    else if (character === ',') {
      row.push(field)
      field = ''
    } else if (character === '\r' && text[i + 1] === '\n') {
      i++
      rows.push([...row, field])
      ;[row, field] = [[], '']
    } else field += character
  }
  return rows
}

test('a written file is read back, whatever the text, with hidden characters as escapes', () => {
  const text = fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom('a,b', '"', 'a\r\nb', "it's", '', ' x'))
  fc.assert(
    fc.property(fc.array(fc.tuple(text, text), { maxLength: 5 }), (rows) => {
      const columns = [0, 1].map((i) => ({ title: `c${i}`, value: (row: [string, string]) => row[i]! }))
      const [head, ...read] = parse(toCsv(rows, columns))
      expect(head).toEqual(['c0', 'c1'])
      expect(read).toHaveLength(rows.length)
      for (const [r, row] of rows.entries())
        for (const [i, value] of row.entries())
          expect([visibleLines(value), `'${visibleLines(value)}`]).toContain(read[r]![i])
    }),
  )
})

test.each(['=1+1', '+1', '-1', '@SUM(A1)', '|calc', '\t=1', '\r=1', ' =1', '\u0000=1', '＝1', '%0A'])(
  'a spreadsheet does not take %j for a formula',
  (text) => {
    const written = parse(toCsv([{ text }], [{ title: 'text', value: (row) => row.text }]))[1]![0]!
    expect(written).toBe(`'${visibleLines(text)}`)
  },
)

test('numbers stay numbers, nothing is an empty cell', () => {
  const rows = [
    { number: -1.5, none: null, missing: undefined, not: Number.NaN, yes: true, at: new Date(0), list: ['=a', 1] },
  ]
  expect(toCsv(rows, csvColumns(rows))).toBe(
    'number,none,missing,not,yes,at,list\r\n-1.5,,,,true,1970-01-01T00:00:00.000Z,"[""=a"",1]"\r\n',
  )
  expect(toCsv([], csvColumns([]))).toBe('')
})

test('objects in rows become columns of their own', () => {
  const rows = [
    { id: 'a', tasks: { total: 1, first: null as null | { node: string } } },
    { id: 'b', tasks: { total: 2, first: { node: 'x' } } },
  ]
  expect(toCsv(rows, csvColumns(rows))).toBe('id,tasks.total,tasks.first.node\r\na,1,\r\nb,2,x\r\n')
})

test('no control character reaches the reader of a file or a terminal; lines and tabs stay', () => {
  const text = '\u001B]0;x\u0007\u202E\u200B\n\tstack\r\nover\rwritten'
  expect(toCsv([{ [text]: text }], csvColumns([{ [text]: text }]))).toBe(
    '"\\x1b]0;x\\x07\\u202e\\u200b\n\tstack\r\nover\\rwritten"\r\n'.repeat(2),
  )
})
