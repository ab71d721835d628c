import { expect, test } from 'vitest'

import { generatedPattern } from './generated-names.ts'

test('names with a number or an id in them are generated', () => {
  const many = Array.from({ length: 200 }, (_, i) => i)
  expect(generatedPattern(many.map((i) => `load order ${i}`))).toBe('load order *')
  expect(generatedPattern(many.map((i) => `job:${i.toString(16).padStart(32, 'a')}`))).toBe('job:*')
})

test('many names of their own are not, nor few with numbers', () => {
  const words = Array.from(
    { length: 200 },
    (_, i) => `${'abcdefghij'[i % 10]}${'klmnopqrst'[Math.floor(i / 10) % 10]}-${i < 100 ? 'in' : 'out'}`,
  )
  expect(generatedPattern(words)).toBeNull()
  expect(generatedPattern(Array.from({ length: 50 }, (_, i) => `shard-${i}`))).toBeNull()
})
