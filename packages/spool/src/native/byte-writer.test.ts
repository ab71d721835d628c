import { assert, double, maxSafeInteger, nat, property } from 'fast-check'
import { expect, test } from 'vitest'

import { ByteWriter } from './byte-writer.ts'

function written(write: (out: ByteWriter) => void): Buffer {
  const out = new ByteWriter(1)
  write(out)
  return Buffer.from(out.view())
}

/** Returns the text after a length of one or two bytes. */
function textOf(bytes: Buffer): string {
  const long = bytes[0]! >= 128
  const size = long ? (bytes[0]! & 127) + bytes[1]! * 128 : bytes[0]!
  const text = bytes.subarray(long ? 2 : 1)
  expect(text.length).toBe(size)
  return text.toString('utf8')
}

const number = (value: number): string => textOf(written((out) => out.numberText(value)))

test('numbers are written as String() prints them', () => {
  for (const value of [
    0,
    7,
    10,
    99,
    100,
    2 ** 31,
    2 ** 32,
    999_999_999,
    1e9,
    1e15,
    Number.MAX_SAFE_INTEGER,
    2 ** 53,
    1e21,
  ]) {
    expect(number(value)).toBe(String(value))
    expect(number(-value - 1)).toBe(String(-value - 1))
  }
  for (const value of [
    0.1,
    0.000001,
    0.0000015,
    1e-7,
    0.3 - 0.1,
    1.5,
    1234.5,
    123456.789012,
    999999999.999999,
    1e9 + 0.5,
    NaN,
    Infinity,
  ]) {
    expect(number(value)).toBe(String(value))
    expect(number(-value)).toBe(String(-value))
  }
  expect(number(-0)).toBe('-0')
  assert(property(double(), (value) => number(value) === (Object.is(value, -0) ? '-0' : String(value))))
  assert(
    property(maxSafeInteger(), (value) => number(value / 1e6) === String(value / 1e6)),
    { numRuns: 5000 },
  )
  assert(
    property(nat(), (value) => number(value / 1e6) === String(value / 1e6)),
    { numRuns: 5000 },
  )
  assert(
    property(maxSafeInteger(), (value) => number(value) === String(value)),
    { numRuns: 5000 },
  )
})

test('text of any length and script is written whole, lone surrogates as U+FFFD', () => {
  for (const piece of ['a', 'é', '€', '😀', '\ud800']) {
    for (const count of [0, 1, 21, 31, 32, 42, 43, 63, 64, 65, 127, 128, 129, 200, 1000]) {
      const text = piece.repeat(count)
      expect(textOf(written((out) => out.string(text)))).toBe(text.toWellFormed())
      expect(textOf(written((out) => out.string(`${text}x`)))).toBe(`${text}x`.toWellFormed())
    }
  }
})
