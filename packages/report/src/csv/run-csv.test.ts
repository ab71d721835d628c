import { expect, test } from 'vitest'

import { attempt, runOf, summaryOf } from '../../../story/src/run.fixture.ts'
import { runCsv, runsCsv } from './run-csv.ts'

test('a line an attempt, CRLF, quotes where needed, and no formula', () => {
  const csv = runCsv(runOf([attempt('=HYPERLINK("x")', 0, 1), attempt('a,"b"\nc', 1, 2)], []))
  const lines = csv.split('\r\n')
  expect(lines[0]).toMatch(/^runId,task,taskId,attempt,status/)
  expect(lines[1]).toContain(`"'=HYPERLINK(""x"")"`)
  expect(csv).toContain('"a,""b""\nc"')
  expect(csv.endsWith('\r\n')).toBe(true)
})

test('a line a run', () => {
  const csv = runsCsv([summaryOf(runOf([attempt('a', 0, 1)], [], { error: '+1', workflow: '@x' }))])
  expect(csv.split('\r\n')[1]).toContain(`'@x`)
  expect(csv).toContain(`'+1`)
})
