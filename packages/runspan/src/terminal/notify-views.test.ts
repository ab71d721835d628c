import type { DeliveryInfo, Evaluation, Notice } from '@runspan/notify'
import { expect, test } from 'vitest'

import { alertsView, evaluationView, testedView } from './alerts-view.ts'
import { makeTerminal, type Terminal } from './terminal.ts'
import { cells, clip } from './text.ts'
import { webhooksView } from './webhooks-view.ts'

const now = new Date('2026-11-24T15:12:00Z')
const plain = (width: number): Terminal => makeTerminal({ width, color: false, now })

const delivery = (more: Partial<DeliveryInfo>): DeliveryInfo => ({
  id: 'msg_0123456789abcdef01234567',
  state: 'pending',
  type: 'run.failed',
  target: 'https://hooks.example/services…',
  enqueuedAt: '2026-11-24T14:00:00.000Z',
  attempts: 2,
  nextAttemptAt: '2026-11-24T15:14:00.000Z',
  reason: 'answered 503',
  answer: null,
  ...more,
})

const deliveries = [
  delivery({}),
  delivery({
    id: 'msg_1123456789abcdef01234567',
    nextAttemptAt: '2026-11-24T15:00:00.000Z',
    attempts: 0,
    reason: null,
  }),
  delivery({
    id: 'msg_2123456789abcdef01234567',
    state: 'dead',
    nextAttemptAt: null,
    attempts: 12,
    reason: '12 attempts, the last: answered 500\u001b[31m',
  }),
]

test('webhooks at 100 cells', () => {
  expect(webhooksView(deliveries, plain(100)).join('\n')).toMatchInlineSnapshot(`
    "   STATE    ID            EVENT       TARGET                SINCE        TRIED  NOTE
     ○ pending  msg_01234567  run.failed  https://ho…services…  today 14:00      2  next try in 2m00s;…
     ○ pending  msg_11234567  run.failed  https://ho…services…  today 14:00      0  due
     ✕ dead     msg_21234567  run.failed  https://ho…services…  today 14:00     12  12 attempts, the la…

       2 webhooks waiting, 1 dead letter
       runspan webhooks replay --all   sends dead letters again
       runspan webhooks deliver   delivers what is due"
  `)
})

test('alerts, a test of one and an evaluation', () => {
  const rules = [
    { name: 'orders failed', condition: { type: 'failedRun' as const }, targets: ['ops', 'log'] },
    {
      name: 'orders late',
      workflow: 'nightly-orders',
      condition: { type: 'noRun' as const, everySeconds: 86_400 },
      targets: ['ops'],
      severity: 'critical' as const,
    },
  ]
  expect(alertsView({ rules, file: '/app/runspan.config.yaml' }, plain(100)).join('\n')).toMatchInlineSnapshot(`
    " ALERT          WORKFLOW        SEVERITY  CONDITION                  TARGETS
     orders failed  all             warning   failedRun                  ops, log
     orders late    nightly-orders  critical  noRun, everySeconds 86400  ops

       runspan alerts test "orders failed"   tries its targets"
  `)
  expect(
    testedView(
      [
        { target: 'ops', ok: true, detail: 'answered 200' },
        { target: 'page', ok: false, detail: 'exit code 3' },
      ],
      plain(80),
    ).join('\n'),
  ).toMatchInlineSnapshot(`
    "  ✓ ops: answered 200
      ✕ page: exit code 3"
  `)
  const notice = {
    rule: 'orders failed',
    workflow: 'orders',
    runId: 'r1',
    nodeId: null,
    message: 'orders failed after 4 min 2 s: no answer',
  } as Notice
  const firing = {
    rule: 'orders late',
    severity: 'warning' as const,
    workflow: 'nightly-orders',
    runId: null,
    nodeId: null,
    message: 'nightly-orders has never started',
    firedAt: '2026-11-23T10:00:00Z',
  }
  const evaluation: Evaluation = {
    firing: [{ ...firing, ...notice, workflow: 'orders', firedAt: now.toISOString() }, firing],
    fired: [notice],
    recovered: [{ ...notice, message: 'orders completed again' }],
    sent: [],
    problems: [],
  }
  expect(evaluationView({ ...evaluation, rules: 2 }, plain(80)).join('\n')).toMatchInlineSnapshot(`
    "  ✕ orders failed: orders failed after 4 min 2 s: no answer
      ○ orders late, since yesterday 10:00: nightly-orders has never started
      ✓ orders failed, resolved: orders completed again

       1 new, 1 known, 1 resolved"
  `)
  expect(evaluationView({ firing: [], fired: [], recovered: [], sent: [], problems: [], rules: 2 }, plain(80))).toEqual(
    ['Nothing fires: 2 alerts looked at.'],
  )
})

test('no line is wider than the terminal, whatever the names', () => {
  const wild = deliveries.map((one) => ({
    ...one,
    type: 'x'.repeat(300),
    reason: '界'.repeat(200),
    target: 'y'.repeat(300),
  }))
  for (const width of [60, 80, 100, 140]) {
    for (const line of webhooksView(wild, plain(width)).map((text) => clip(text, width)))
      expect(cells(line)).toBeLessThanOrEqual(width)
  }
})
