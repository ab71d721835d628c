import { expect, test } from 'vitest'

import { type OptionKinds, readOptions, toDate } from './options.ts'

interface Example {
  readonly from?: Date | undefined
  readonly workflow?: string | undefined
  readonly limit?: number | undefined
  readonly side?: { readonly from: Date } | undefined
}
const KINDS: OptionKinds<Example> = { from: 'time', workflow: 'text', limit: 'number', side: { from: 'time' } }
const read = (given: object | undefined): Example =>
  readOptions<Example>(given, KINDS, { of: 'ask', refuse: (message) => new TypeError(message) })

const REFUSED: [object, string][] = [
  [{ startDate: 1 }, 'ask: startDate is not an option. Did you mean from? Allowed are from, workflow, limit, side.'],
  [{ workFlow: 'a' }, 'ask: workFlow is not an option. Did you mean workflow?'],
  [{ workflow_id: 'a' }, 'ask: workflow_id is not an option. Did you mean workflow?'],
  [{ zzz: 1 }, 'ask: zzz is not an option. Allowed are'],
  [{ limit: '5' }, 'ask: limit must be a number, not "5".'],
  [{ workflow: null }, 'ask: workflow must be text, not null.'],
  [{ from: 'yesterday' }, 'ask: from must be a Date, ISO 8601 text such as 2026-11-01, or milliseconds since 1970'],
  [{ from: new Date(Number.NaN) }, 'not an invalid date.'],
  [{ from: '2026-02-30' }, 'ask: from must be a Date'],
  [{ side: { fom: 1 } }, 'ask: side: fom is not an option. Did you mean from?'],
  [{ side: 'x' }, 'ask: side: options must be an object, not "x".'],
  [[], 'ask: options must be an object, not [].'],
  [JSON.parse('{"__proto__":1}') as object, 'ask: __proto__ is not an option.'],
  [{ constructor: 1 }, 'ask: constructor is not an option.'],
  [{ 'a\u001Bb': 1 }, String.raw`ask: a\u001bb is not an option.`],
]
test.each(REFUSED)('%j is refused', (given, message) => {
  expect(() => read(given)).toThrow(message)
})

test('times are dates, whatever they were given as; what is undefined is not given', () => {
  const from = new Date('2026-11-01T00:00:00Z')
  for (const given of [from, '2026-11-01', '2026-11-01T01:00:00+01:00', from.getTime()]) {
    expect(read({ from: given, side: { from: given }, limit: undefined })).toEqual({ from, side: { from } })
  }
  expect(read(undefined)).toEqual({})
})

test.each(['2026', '1', 'Nov 1 2026', '2026-13-01', '', Infinity, {}, null, true])('%j is no time', (value) => {
  expect(toDate(value)).toBeNull()
})
