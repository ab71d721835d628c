import { visible } from '@runspan/model'

import type { Notice } from '../alerts/state.ts'
import type { SendResult } from './send-result.ts'

/** Writes a notice as one line to standard error. */
export function writeLine(notice: Notice): SendResult {
  const what = notice.type === 'alert.fired' ? notice.severity : notice.type === 'alert.resolved' ? 'resolved' : 'test'
  const run = notice.runId === null ? '' : `, run ${notice.runId}`
  process.stderr.write(`${visible(`runspan alert ${notice.time} ${what} [${notice.rule}] ${notice.message}${run}`)}\n`)
  return { ok: true, detail: 'written' }
}
