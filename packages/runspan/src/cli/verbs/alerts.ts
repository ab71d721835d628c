import type { Configuration } from '@runspan/configuration'
import type { AlertConfiguration, AlertEvaluator } from '@runspan/notify'

import { defineGroup, defineVerb, type ValuesOf, type Verb } from '../define-verb.ts'
import { argument, DATA, dataFrom, JSON_OPTION, text } from '../options.ts'
import { printJson, printNotice } from '../output.ts'
import { show } from '../show.ts'
import { withOpenSpool } from '../with-data.ts'

const OPTIONS = {
  ...JSON_OPTION,
  ...DATA,
  config: text('<file>', 'configuration file (default: the nearest runspan.config.yaml; env: RUNSPAN_CONFIG)'),
}

const listVerb = defineVerb({
  name: 'list',
  summary: 'the alerts that are configured',
  examples: ['runspan alerts list --json'],
  options: OPTIONS,
  run: async (input) => {
    const { rules, configuration } = await settingsOf(input)
    if (input.json) return printJson(rules)
    const { alertsView } = await import('../../terminal/alerts-view.ts')
    show((screen) => alertsView({ rules, file: configuration.file }, screen))
  },
})

const testVerb = defineVerb({
  name: 'test',
  summary: 'sends a test notice to the targets of an alert',
  examples: ['runspan alerts test "orders failed"'],
  arguments: { rule: argument('name of the alert') },
  options: OPTIONS,
  run: async ({ rule, ...input }) => {
    const { rules, targets, configuration } = await settingsOf(input)
    const { dataDir } = configuration.values
    const { AlertEvaluator } = await import('@runspan/notify')
    const nothing = (): Promise<never> => Promise.reject(new Error('a test asks nothing'))
    const results = await new AlertEvaluator({ rules, targets, dataDir, ask: nothing }).test(rule)
    if (results.some(({ ok }) => !ok)) process.exitCode = 1
    if (input.json) return printJson(results)
    const { testedView } = await import('../../terminal/alerts-view.ts')
    show((screen) => testedView(results, screen))
  },
})

const evaluateVerb = defineVerb({
  name: 'evaluate',
  summary: 'evaluates all alerts once and tells the targets; exit code 1 when anything fires',
  examples: ['runspan alerts evaluate'],
  options: OPTIONS,
  run: async (input) => {
    const { rules, targets, configuration } = await settingsOf(input)
    const { dataDir } = configuration.values
    const { AlertEvaluator } = await import('@runspan/notify')
    const evaluation = await withOpenSpool({ configuration }, async (data) => {
      await data.deliver()
      const evaluator: AlertEvaluator = new AlertEvaluator({
        rules,
        targets,
        dataDir,
        ask: (question) => data.read(question),
      })
      const found = await evaluator.evaluate()
      await evaluator.close()
      return found
    })
    const { firing, fired, problems } = evaluation
    if (firing.length + fired.length + problems.length > 0) process.exitCode = 1
    for (const { rule, message } of problems) printNotice(`runspan: "${rule}" cannot be evaluated: ${message}`)
    for (const { target, rule, ok, detail } of evaluation.sent)
      if (!ok) printNotice(`runspan: the target "${target}" did not take the notice of "${rule}": ${detail}`)
    if (input.json) return printJson(evaluation)
    const { evaluationView } = await import('../../terminal/alerts-view.ts')
    show((screen) => evaluationView({ ...evaluation, rules: rules.length }, screen))
  },
})

/** `runspan alerts list|test|evaluate`: the rules of the configuration. */
export const alertsVerb: Verb = defineGroup({
  name: 'alerts',
  summary: 'lists the alerts of the configuration, tries their targets, evaluates them once',
  examples: ['runspan alerts list', 'runspan alerts test "orders failed"', 'runspan alerts evaluate --json'],
  verbs: [listVerb, testVerb, evaluateVerb],
})

interface Settings extends AlertConfiguration {
  readonly configuration: Configuration
}

async function settingsOf({ config, ...where }: ValuesOf<typeof OPTIONS>): Promise<Settings> {
  const { configurationOf } = await import('@runspan/configuration')
  const { alertsIn } = await import('../../configured-alerts.ts')
  const configuration = configurationOf({ ...dataFrom(where), config })
  return { ...alertsIn(configuration), configuration }
}
