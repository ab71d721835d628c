import { expect, test } from 'vitest'

import { newRunId } from './run-id.ts'

test('ids are UUIDs of version 7 of this moment, and none comes twice', () => {
  const before = Date.now()
  const ids = Array.from({ length: 5000 }, newRunId)
  const after = Date.now()
  expect(new Set(ids).size).toBe(5000)
  for (const id of ids) {
    expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
    const time = Number.parseInt(id.replace('-', '').slice(0, 12), 16)
    expect(time).toBeGreaterThanOrEqual(before)
    expect(time).toBeLessThanOrEqual(after)
  }
})
