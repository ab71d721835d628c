import { expect, test } from 'vitest'

import { LOST_AFTER_SECONDS, RUN_ROWS, runRows } from './run-rows.ts'

test('a run is lost after three heartbeats of silence, 90 s', () => {
  expect(LOST_AFTER_SECONDS).toBe(90)
  expect(RUN_ROWS).toMatch(/last_seen < \(if\(\{deliveredUntil:Float64\} = 0, now64\(9\), .* - 90\), 2,/)
})

test('statuses stand in the query in the order of their numbers', () => {
  expect(RUN_ROWS).toContain("['pending', 'running', 'lost', 'completed', 'skipped', 'cancelled', 'failed'][multiIf(")
})

test('a condition on records chooses runs, not records', () => {
  expect(runRows('seen > 1')).toContain('run_id IN (SELECT run_id FROM workflow_runs WHERE seen > 1)')
  expect(RUN_ROWS).not.toContain('run_id IN')
})
