import type { AlertRule, Evaluation, SendResult } from '@runspan/notify'
import { counted, relativeDay } from '@runspan/story'

import { table } from './table.ts'
import type { Terminal } from './terminal.ts'
import { cutMiddle, visible, wrap } from './text.ts'

/** Returns the configured alerts. */
export function alertsView(
  { rules, file }: { readonly rules: readonly AlertRule[]; readonly file: string | null },
  terminal: Terminal,
): string[] {
  if (rules.length === 0) {
    return wrap(
      file === null
        ? 'No alerts: there is no runspan.config.yaml here or above. Its keys alerts and targets configure them.'
        : `No alerts in ${visible(file)}. Its keys alerts and targets configure them.`,
      terminal.width,
    )
  }
  const lines = table<AlertRule>(
    [
      { title: 'ALERT', text: ({ name }) => visible(name), cut: 'middle' },
      { title: 'WORKFLOW', text: ({ workflow }) => visible(workflow ?? 'all'), cut: 'middle' },
      { title: 'SEVERITY', text: ({ severity }) => severity ?? 'warning' },
      { title: 'CONDITION', text: ({ condition }) => visible(conditionText(condition)), cut: 'end', least: 16 },
      { title: 'TARGETS', text: ({ targets }) => visible(targets.join(', ')), cut: 'end' },
    ],
    rules,
    terminal,
    1,
  )
  const example = rules[0]!.name
  const test = `${terminal.program} alerts test "${cutMiddle(visible(example), 30)}"`
  return [...lines, '', `   ${test}   ${terminal.style('dim', 'tries its targets')}`]
}

function conditionText({ type, ...settings }: AlertRule['condition']): string {
  return [type, ...Object.entries(settings).map(([name, value]) => `${name} ${String(value)}`)].join(', ')
}

/** Returns the result of a test. */
export function testedView(
  results: readonly (SendResult & { readonly target: string })[],
  terminal: Terminal,
): string[] {
  return results.flatMap(({ target, ok, detail }) => {
    const glyph = ok
      ? terminal.style('green', terminal.glyphs.completed)
      : terminal.style('red', terminal.glyphs.failed)
    const [first = '', ...rest] = wrap(`${visible(target)}: ${visible(detail)}`, terminal.width - 4)
    return [`  ${glyph} ${first}`, ...rest.map((line) => `    ${line}`)]
  })
}

/** Returns the result of an evaluation. */
export function evaluationView(
  { firing, fired, recovered, rules }: Evaluation & { readonly rules: number },
  terminal: Terminal,
): string[] {
  const paragraph = (glyph: string, text: string): string[] => {
    const [first = '', ...rest] = wrap(visible(text), terminal.width - 4)
    return [`  ${glyph} ${first}`, ...rest.map((line) => `    ${line}`)]
  }
  const failed = terminal.style('red', terminal.glyphs.failed)
  const told = new Set(
    fired.map(({ rule, runId, nodeId, workflow }) => JSON.stringify([rule, workflow, runId, nodeId])),
  )
  const since = firing.filter(
    ({ rule, runId, nodeId, workflow }) => !told.has(JSON.stringify([rule, workflow, runId, nodeId])),
  )
  if (fired.length + since.length + recovered.length === 0)
    return [`Nothing fires: ${counted(rules, 'alert')} looked at.`]
  return [
    ...fired.flatMap(({ rule, message }) => paragraph(failed, `${rule}: ${message}`)),
    ...since.flatMap(({ rule, message, firedAt }) =>
      paragraph(terminal.glyphs.pending, `${rule}, since ${relativeDay(new Date(firedAt), terminal.now)}: ${message}`),
    ),
    ...recovered.flatMap(({ rule, message }) =>
      paragraph(terminal.style('green', terminal.glyphs.completed), `${rule}, resolved: ${message}`),
    ),
    '',
    `   ${terminal.style('dim', `${fired.length} new, ${since.length} known, ${recovered.length} resolved`)}`,
  ]
}
