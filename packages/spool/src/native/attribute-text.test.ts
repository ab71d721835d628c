import { assert, property, string, uniqueArray } from 'fast-check'
import { expect, test } from 'vitest'

import { timesPlainWork } from '../../../../test/calibrated.ts'
import { attributeText, compareBytes } from './attribute-text.ts'

const cruel = {
  get no(): never {
    throw new Error('no')
  },
}

test.each<[string, unknown, string]>([
  ['text', 'a <b> & "c"', 'a <b> & "c"'],
  ['an integer', 42, '42'],
  ['a float', 0.1, '0.1'],
  ['a large number', 1e21, '1e+21'],
  ['a small one', 1e-7, '1e-7'],
  ['minus zero', -0, '-0'],
  ['not a number', Number.NaN, 'NaN'],
  ['infinity', -Infinity, '-Infinity'],
  ['64 bits', -9_223_372_036_854_775_808n, '-9223372036854775808'],
  ['true', true, 'true'],
  ['false', false, 'false'],
  ['null', null, ''],
  ['undefined', undefined, ''],
  ['a function', () => 1, ''],
  ['a symbol', Symbol('s'), ''],
  ['bytes', new Uint8Array([0, 255, 16]), 'AP8Q'],
  ['bytes within bytes', new Uint8Array([9, 1, 2, 9]).subarray(1, 3), 'AQI='],
  ['an empty list', [], '[]'],
  ['an empty map', {}, '{}'],
  ['a list', ['a', 1, 0.5, true, null, undefined], '["a",1,0.5,true,null,null]'],
  ['a map, sorted', { b: 1, a: { d: [1], c: '' } }, '{"a":{"c":"","d":[1]},"b":1}'],
  ['bytes in a list', [new Uint8Array([1])], '["AQ=="]'],
  ['minus zero in a list', [-0], '[-0]'],
  ['a list with no number', [1, Number.NaN], ''],
  ['a map with infinity far within', { a: [{ b: Infinity }] }, ''],
  ['signs of HTML', ['<&>'], '["<&>"]'],
  ['line separators', ['\u2028\u2029'], '["\\u2028\\u2029"]'],
  ['control characters', ['\u0000\n'], '["\\u0000\\n"]'],
  ['half a character in a list', ['\ud83d'], '["\ufffd"]'],
  ['a value that throws when looked at', cruel, ''],
  [
    'a list whose length lies',
    new Proxy([], {
      get: () => {
        throw new Error('no')
      },
    }),
    '',
  ],
])('%s', (_, value, text) => {
  expect(attributeText(value)).toBe(text)
})

test('values without end come to one', () => {
  const own: unknown[] = []
  own.push(own, own)
  const map: Record<string, unknown> = {}
  Object.assign(map, { a: map, b: map })
  let many: unknown = 'x'
  for (let i = 0; i < 60; i++) many = [many, many, many]
  for (const value of [own, map, many]) {
    expect(attributeText(value).length).toBeLessThan(1_000_000)
    expect(timesPlainWork(() => attributeText(value))).toBeLessThan(50)
  }
})

test('keys are in the order of their UTF-8 bytes', () => {
  assert(
    property(uniqueArray(string({ unit: 'binary', maxLength: 4 })), (keys) => {
      const bytes = (text: string): Buffer => Buffer.from(text)
      expect(keys.toSorted(compareBytes)).toEqual(keys.toSorted((a, b) => Buffer.compare(bytes(a), bytes(b))))
    }),
  )
})
