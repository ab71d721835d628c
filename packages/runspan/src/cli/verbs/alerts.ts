import type { Configuration } from '@runspan/configuration'
import type { AlertConfiguration, AlertEvaluator } from '@runspan/notify'
import type { Command } from 'commander'

import { printJson, printNotice } from '../output.ts'
import { show } from '../show.ts'
import { type DataFlags, dataFrom, type Verb, verb, withData } from '../verb.ts'
import { withOpenSpool } from '../with-data.ts'

interface Flags extends DataFlags {
  readonly config?: string
  readonly json?: true
}

/** `runspan alerts list|test|evaluate`: the rules of the configuration. */
export const alertsVerb: Verb = () =>
  verb('alerts <command>', 'lists the alerts of the configuration, tries their targets, evaluates them once', [
    'runspan alerts list',
    'runspan alerts test "orders failed"',
    'runspan alerts evaluate --json',
  ])
    .addCommand(list())
    .addCommand(tryOut())
    .addCommand(evaluate())

function list(): Command {
  return withConfiguration(verb('list', 'the alerts that are configured', ['runspan alerts list --json'])).action(
    async (flags: Flags) => {
      const { rules, configuration } = await settingsOf(flags)
      if (flags.json) return printJson(rules)
      const { alertsView } = await import('../../terminal/alerts-view.ts')
      show((screen) => alertsView({ rules, file: configuration.file }, screen))
    },
  )
}

function tryOut(): Command {
  return withConfiguration(
    verb('test <rule>', 'sends a test notice to the targets of an alert', ['runspan alerts test "orders failed"']),
  )
    .argument('<rule>', 'name of the alert')
    .action(async (rule: string, flags: Flags) => {
      const { rules, targets, configuration } = await settingsOf(flags)
      const { dataDir } = configuration.values
      const { AlertEvaluator } = await import('@runspan/notify')
      const nothing = (): Promise<never> => Promise.reject(new Error('a test asks nothing'))
      const results = await new AlertEvaluator({ rules, targets, dataDir, ask: nothing }).test(rule)
      if (results.some(({ ok }) => !ok)) process.exitCode = 1
      if (flags.json) return printJson(results)
      const { testedView } = await import('../../terminal/alerts-view.ts')
      show((screen) => testedView(results, screen))
    })
}

function evaluate(): Command {
  return withConfiguration(
    verb('evaluate', 'evaluates all alerts once and tells the targets; exit code 1 when anything fires', [
      'runspan alerts evaluate',
    ]),
  ).action(async (flags: Flags) => {
    const { rules, targets, configuration } = await settingsOf(flags)
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
    if (flags.json) return printJson(evaluation)
    const { evaluationView } = await import('../../terminal/alerts-view.ts')
    show((screen) => evaluationView({ ...evaluation, rules: rules.length }, screen))
  })
}

function withConfiguration(command: Command): Command {
  return withData(command).option(
    '--config <file>',
    'configuration file (default: the nearest runspan.config.yaml; env: RUNSPAN_CONFIG)',
  )
}

async function settingsOf(flags: Flags): Promise<AlertConfiguration & { readonly configuration: Configuration }> {
  const { configurationOf } = await import('@runspan/configuration')
  const { alertsIn } = await import('../../configured-alerts.ts')
  const configuration = configurationOf({ ...dataFrom(flags), config: flags.config })
  return { ...alertsIn(configuration), configuration }
}
