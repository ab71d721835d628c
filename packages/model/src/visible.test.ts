import fc from 'fast-check'
import { expect, test } from 'vitest'

import { visible, visibleJson, visibleLines } from './visible.ts'

const SHOWN: [string, string][] = [
  ['\u001B]0;x\u0007', '\\x1b]0;x\\x07'],
  ['a\nb\tc\r', 'a\\nb\\tc\\r'],
  ['\u009B31m\u007F', '\\x9b31m\\x7f'],
  ['rtl\u202Egnp', 'rtl\\u202egnp'],
  ['\u061C\u2067x\u2069\u200E', '\\u061c\\u2067x\\u2069\\u200e'],
  ['ls\u2028ps\u2029', 'ls\\u2028ps\\u2029'],
  ['zw\u200B\u200D\uFEFF\u00AD\u2060', 'zw\\u200b\\u200d\\ufeff\\xad\\u2060'],
  ['tag\u{E0041}\u{E007F}', 'tag\\u{e0041}\\u{e007f}'],
  ['filler\u3164\u115F', 'filler\\u3164\\u115f'],
  ['selector a\uFE0F\u{E0100}', 'selector a\\ufe0f\\u{e0100}'],
  // a black flag with tags that name no country
  ['\u{1F3F4}\u{E0061}\u{E0062}\u{E007F}', '\u{1F3F4}\\u{e0061}\\u{e0062}\\u{e007f}'],
]
test.each(SHOWN)('%j is shown, not obeyed', (text, shown) => {
  expect(visible(text)).toBe(shown)
})

test.each([
  'plain, é, 漢字, ⟨·⟩, no-break\u00A0space',
  '👨‍👩‍👧‍👦',
  '👩🏽‍💻',
  '❤️ ✔︎ 1️⃣',
  '🏳️‍🌈 🏳‍🌈 🏴‍☠️',
  '🏴\u{E0067}\u{E0062}\u{E0065}\u{E006E}\u{E0067}\u{E007F}',
  'می\u200Cخواهم',
  'क्\u200Dष',
])('%j stays as it is', (text) => {
  expect(visible(text)).toBe(text)
  expect(visibleLines(text)).toBe(text)
})

test('lines keep their ends and tabs, and nothing goes back in its line', () => {
  expect(visibleLines('a\n\tb\r\nc\rd\b')).toBe('a\n\tb\r\nc\\rd\\x08')
})

test('JSON stays the same document, whatever the text', () => {
  const text = fc.string({
    unit: fc.oneof(
      fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }),
      fc.constantFrom('\u202E', '\u{E0041}', '\u2028', '\u007F'),
    ),
  })
  fc.assert(
    fc.property(fc.dictionary(text, text), (value) => {
      for (const indent of [0, 2]) {
        const shown = visibleJson(JSON.stringify(value, null, indent))
        expect(JSON.parse(shown)).toEqual(JSON.parse(JSON.stringify(value)))
        expect(visibleLines(shown)).toBe(shown)
      }
    }),
  )
})

test('a text that is already visible does not change', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => void expect(visible(visible(text))).toBe(visible(text))),
  )
})

test('a text is shown alike beside an emoji that holds a joiner and by itself', () => {
  const anything = fc.string({
    unit: fc.constantFrom('a', 'é', '\n', '\u202E', '\u200D', '\uFE0F', '❤', '\u{E0041}', '\u001B'),
  })
  fc.assert(fc.property(anything, (text) => void expect(visible(`${text} 👩🏽‍💻`)).toBe(`${visible(text)} 👩🏽‍💻`)))
})
