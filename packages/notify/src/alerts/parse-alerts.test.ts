import { describe, expect, test } from 'vitest'

import { NotifyError } from '../errors.ts'
import { interpolate } from './interpolate.ts'
import { secondsOf } from './lengths.ts'
import { parseAlerts } from './parse-alerts.ts'

const targets = { log: { type: 'log' } }
const rule = (more: object): object => ({ name: 'orders', condition: { type: 'failedRun' }, targets: ['log'], ...more })

function messageOf(value: unknown, environment: NodeJS.ProcessEnv = {}): string {
  try {
    parseAlerts(value, 'runspan.config.yaml', { environment })
  } catch (error) {
    if (error instanceof NotifyError) return `${error.code} ${error.message}`
    throw error
  }
  return 'valid'
}

test('lengths of time may be written short, everywhere', () => {
  const { rules, targets: parsed } = parseAlerts(
    {
      alerts: [
        rule({ workflow: 'w', condition: { type: 'noRun', every: '24h', grace: 90 }, cooldown: '15m' }),
        rule({ name: 'rate', condition: { type: 'failureRate', above: 0.1, window: '2d', minimumRuns: 5 } }),
        rule({ name: 'long', condition: { type: 'duration', limitSeconds: 5 } }),
        rule({ name: 'slow', condition: { type: 'taskRegression', window: '1d', baseline: '1w' }, severity: 'info' }),
      ],
      targets: { ...targets, page: { type: 'command', command: ['page'], timeout: '5s' } },
      tracking: { anything: 'else' },
    },
    'file',
  )
  expect(rules.map(({ condition, cooldownSeconds }) => ({ ...condition, cooldownSeconds }))).toEqual([
    { type: 'noRun', everySeconds: 86_400, graceSeconds: 90, cooldownSeconds: 900 },
    { type: 'failureRate', above: 0.1, windowSeconds: 172_800, minimumRuns: 5, cooldownSeconds: undefined },
    { type: 'duration', limitSeconds: 5, cooldownSeconds: undefined },
    { type: 'taskRegression', windowSeconds: 86_400, baselineSeconds: 604_800, cooldownSeconds: undefined },
  ])
  expect(parsed['page']).toEqual({ type: 'command', command: ['page'], timeoutSeconds: 5 })
  expect(['1.5h', '2w', '3 min', 7, 'soon', '', null, '-1h'].map(secondsOf)).toEqual([
    5400,
    1_209_600,
    180,
    7,
    null,
    null,
    null,
    null,
  ])
  expect(parseAlerts(undefined, 'file')).toEqual({ rules: [], targets: {} })
})

describe('an error names rule, key and allowed values', () => {
  test.each([
    [
      [rule({ condition: { type: 'failedRuns' } })],
      'alert "orders": condition.type: must be one of duration, failedRun, failureRate, longerThanUsual, lostRun, memoryPeak, noRun, taskRegression.',
    ],
    [
      [rule({ condition: { type: 'failureRate', above: 7 } })],
      'alert "orders": condition.above: Too big: expected number to be <=1.',
    ],
    [
      [rule({ condition: { type: 'duration', limits: 5 } })],
      'condition.limitSeconds: Invalid input: expected number, received undefined.',
    ],
    [
      [rule({ condition: { type: 'duration', limit: 'long' } })],
      'condition.limit: must be a length of time such as 90, 15m, 24h or 30d.',
    ],
    [
      [rule({ condition: { type: 'lostRun', grace: 5 } })],
      'condition: Unrecognized key: "graceSeconds". Allowed: type.',
    ],
    [
      [rule({ workflows: 'w' })],
      'alert "orders": Unrecognized key: "workflows". Allowed: name, workflow, condition, targets, severity, cooldownSeconds.',
    ],
    [[rule({ condition: { type: 'noRun', every: 5 } })], 'alert "orders": workflow: is needed for noRun.'],
    [
      [rule({ severity: 'bad' })],
      'alert "orders": severity: Invalid option: expected one of "info"|"warning"|"critical".',
    ],
    [[rule({}), rule({})], 'alert "orders": name: is used by another rule.'],
    [
      [{ condition: { type: 'lostRun' }, targets: ['log'] }],
      'alert no. 1: name: Invalid input: expected string, received undefined.',
    ],
    [[rule({ name: 'a\nb' })], 'alert "a b": name: must be 1 to 100 letters, digits, blanks and any of . _ : / -.'],
    [[rule({ targets: [] })], 'alert "orders": targets: Too small: expected array to have >=1 items.'],
    [[rule({ targets: ['pager'] })], 'alert "orders": no target is named "pager". Targets: log.'],
    [[rule({ targets: ['constructor'] })], 'alert "orders": no target is named "constructor". Targets: log.'],
    ['all', 'alerts must be a list of rules.'],
    [[null], 'alert no. 1: Invalid input: expected object, received null.'],
  ])('%j', (alerts, message) => {
    expect(messageOf({ alerts, targets })).toBe(
      `INVALID_ALERT runspan.config.yaml: ${message.startsWith('alert') ? message : `alert "orders": ${message}`}`,
    )
  })

  test.each([
    [{ ops: { type: 'email' } }, 'INVALID_ALERT', 'target "ops": type: must be one of webhook, command, log.'],
    [
      { ops: { type: 'command', command: 'rm -rf' } },
      'INVALID_ALERT',
      'target "ops": command: Invalid input: expected array, received string.',
    ],
    [
      { ops: { type: 'webhook', url: 'https://x.example', retries: 5 } },
      'INVALID_ALERT',
      'target "ops": Unrecognized key: "retries". Allowed: type, url, format, secret, headers, timeoutSeconds, allowPrivate.',
    ],
    [
      { ops: { type: 'webhook', url: 'http://localhost.:80', secret: 'whsec_?' } },
      'INVALID_WEBHOOK',
      'target "ops": A secret of the webhook is not valid: after whsec_ it must be base64. A text without whsec_ is taken as it is.',
    ],
    [
      { ops: { type: 'webhook', url: 'http://10.0.0.8/' } },
      'ADDRESS_REFUSED',
      'target "ops": 10.0.0.8 is not an address of the public internet, so nothing is sent there. Set allowPrivate: true if it is meant.',
    ],
    [
      { ops: { type: 'webhook', url: 'https://x.example/${TOKEN}' } },
      'ENVIRONMENT_MISSING',
      'targets.ops.url needs the environment variable TOKEN, which is not set. Set it before you start Runspan.',
    ],
  ])('%j', (wrong, code, message) => {
    expect(messageOf({ alerts: [], targets: wrong })).toBe(`${code} runspan.config.yaml: ${message}`)
  })

  test('and the place in the file, where that is known', () => {
    const locate = (path: readonly PropertyKey[]): string => `file:${path.join('.')}`
    expect(() => parseAlerts({ alerts: [rule({ severity: 'bad' })], targets }, 'file', { locate })).toThrow(
      'file:alerts.0.severity: alert "orders"',
    )
  })
})

test('variables are replaced in targets, wherever a text is; their values are in no message', () => {
  const environment = { TOKEN: 'a-secret', HEADER: 'Bearer b-secret' }
  const { targets: parsed } = parseAlerts(
    {
      targets: {
        ops: {
          type: 'webhook',
          url: 'https://x.example/${TOKEN}',
          headers: { authorization: '${HEADER}' },
          secret: ['${TOKEN}', '$${TOKEN}', '$TOKEN'],
        },
      },
    },
    'file',
    { environment },
  )
  expect(parsed['ops']).toEqual({
    type: 'webhook',
    url: 'https://x.example/a-secret',
    headers: { authorization: 'Bearer b-secret' },
    secret: ['a-secret', '${TOKEN}', '$TOKEN'],
  })
  const bad = { targets: { ops: { type: 'webhook', url: '${TOKEN}', headers: { 'x-y': '${HEADER}\n' } } } }
  expect(messageOf(bad, environment)).not.toContain('secret')
  expect(() => interpolate({ a: ['${NONE}'] }, 'here', {})).toThrow('here.a[0] needs the environment variable NONE')
})
