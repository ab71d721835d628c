import { visible } from '@runspan/model'
import { expect, test } from 'vitest'

import { shortName } from './names.ts'

test('a long name loses its middle and keeps what tells it apart', () => {
  expect(shortName('reconcile-with-the-ledger[2026-10]', 24)).toMatch(/^reconcile-wi….*\[2026-10\]$/)
  expect(shortName('reconcile-with-the-ledger[2026-10]', 24)).toHaveLength(24)
  expect(shortName('load', 24)).toBe('load')
})

test('direction marks and control characters are shown, not obeyed', () => {
  expect(visible('a\u202Eb\u0007')).toBe('a\\u202eb\\x07')
})
