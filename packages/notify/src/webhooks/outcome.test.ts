import { expect, test } from 'vitest'

import { backoffSeconds, classifyAnswer } from './outcome.ts'

const NOW = Date.parse('2026-11-24T14:00:00Z')
const answered = (status: number, retryAfter: string | null = null): ReturnType<typeof classifyAnswer> =>
  classifyAnswer({ status, retryAfter, excerpt: '' }, NOW)

test('2xx is delivered; what may pass is tried again; what will not pass is not', () => {
  const kinds = [200, 204, 299, 301, 308, 400, 404, 408, 409, 410, 425, 429, 499, 500, 502, 503, 504, 599].map(
    (status) => `${status} ${answered(status).kind}`,
  )
  expect(kinds.join(', ')).toMatchInlineSnapshot(
    `"200 delivered, 204 delivered, 299 delivered, 301 dead, 308 dead, 400 dead, 404 dead, 408 retry, 409 retry, 410 dead, 425 retry, 429 retry, 499 dead, 500 retry, 502 retry, 503 retry, 504 retry, 599 retry"`,
  )
  expect(answered(410)).toMatchObject({ gone: true })
  expect(classifyAnswer({ status: null, reason: 'ECONNREFUSED', refused: false })).toMatchObject({ kind: 'retry' })
  expect(classifyAnswer({ status: null, reason: 'private', refused: true })).toMatchObject({
    kind: 'dead',
    gone: false,
  })
})

test.each([
  ['120', 120],
  ['0', null],
  ['-5', null],
  ['1e99', null],
  ['99999999999999999999', 86_400],
  ['Tue, 24 Nov 2026 14:02:00 GMT', 120],
  ['Tue, 24 Nov 2020 14:02:00 GMT', null],
  ['soon', null],
  [null, null],
])('Retry-After %s is %s seconds', (text, expected) => {
  expect(answered(503, text)).toMatchObject({ kind: 'retry', afterSeconds: expected })
})

test('pauses are anything up to a limit that grows fourfold, and no longer than the longest', () => {
  const options = { retrySeconds: 5, longestRetrySeconds: 86_400 }
  const longest = Array.from({ length: 11 }, (_, i) => backoffSeconds(i + 1, options, () => 1))
  expect(longest).toEqual([5, 20, 80, 320, 1280, 5120, 20_480, 81_920, 86_400, 86_400, 86_400])
  expect(backoffSeconds(3, options, () => 0)).toBe(0)
  expect(backoffSeconds(3, options, () => 0.5)).toBe(40)
  // with the defaults, eleven pauses: two days on average
  expect(longest.reduce((sum, seconds) => sum + seconds, 0) / 2 / 86_400).toBeCloseTo(2.1, 1)
})
