import { expect, test } from 'vitest'

import { interpolate } from './interpolate.ts'
import { secondsOf } from './lengths.ts'

test('lengths of time in seconds', () => {
  const written = [90, '90', '1.5m', '15 min', '2h', '30d', '1w', ' 7s ']
  expect(written.map(secondsOf)).toEqual([90, 90, 90, 900, 7200, 2_592_000, 604_800, 7])
  expect(['', 'soon', '5y', '-3s', '1h 5m', null, true, []].map(secondsOf)).toEqual(
    Array.from({ length: 8 }, () => null),
  )
})

test('variables of the environment, wherever the text is', () => {
  const value = { url: 'https://${HOST}/${PATH_}', list: ['${HOST}', 1, null], kept: '$${HOST} and ${HOST}' }
  expect(interpolate(value, 'rules', { HOST: 'h', PATH_: 'p' })).toEqual({
    url: 'https://h/p',
    list: ['h', 1, null],
    kept: '${HOST} and h',
  })
})

test('one that is missing or empty is named, with its place', () => {
  for (const environment of [{}, { TOKEN: '' }]) {
    expect(() => interpolate({ a: [{ b: '${TOKEN}' }] }, 'targets', environment)).toThrow(
      /targets\.a\[0\]\.b needs .*TOKEN/,
    )
  }
})
