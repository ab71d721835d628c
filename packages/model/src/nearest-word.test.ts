import { expect, test } from 'vitest'

import { nearestWord } from './nearest-word.ts'

test('the word that was meant: letters added, left out or changed, whatever the case and the dashes', () => {
  const allowed = ['workflow', 'maxConcurrency', 'retries', 'id']
  expect(['worklfow', 'max-concurrency', 'retris', 'RETRIES', 'ib'].map((word) => nearestWord(word, allowed))).toEqual([
    'workflow',
    'maxConcurrency',
    'retries',
    'retries',
    'id',
  ])
})

test('a third of its letters may be wrong, one of a short word', () => {
  expect(nearestWord('abcxyz', ['abcdef'])).toBeNull()
  expect(nearestWord('abcdxy', ['abcdef'])).toBe('abcdef')
  expect(nearestWord('xb', ['ab'])).toBe('ab')
  expect(nearestWord('xy', ['ab'])).toBeNull()
  expect(nearestWord('anything', [])).toBeNull()
})

test('of two that are as near the first', () => {
  expect(nearestWord('cat', ['bat', 'car'])).toBe('bat')
  expect(nearestWord('carb', ['bat', 'car'])).toBe('car')
})
