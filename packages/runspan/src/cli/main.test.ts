import type { Command } from 'commander'
import { describe, expect, test } from 'vitest'

import type { Verb } from './define-verb.ts'
import { commandLine } from './main.ts'
import { VERBS } from './verbs/index.ts'

const all = (verbs: readonly Verb[], before: readonly string[] = []): (readonly [string, Verb])[] =>
  verbs.flatMap((verb) => {
    const words = [...before, verb.name]
    return [[words.join(' '), verb] as const, ...all(verb.verbs, words)]
  })
const EVERY = all(VERBS)

/** Returns the command line with actions that only record the verb. */
function parser(): { readonly command: Command; readonly ran: string[]; readonly help: () => string } {
  const ran: string[] = []
  let help = ''
  const prepare = (command: Command, words: readonly string[]): void => {
    command.configureOutput({ writeErr: () => undefined, writeOut: (text) => void (help += text) })
    for (const inner of command.commands) prepare(inner, [...words, inner.name()])
    // a group has no action of its own
    if (words.length > 0 && !command.usage().startsWith('<command>'))
      command.action(() => void ran.push(words.join(' ')))
  }
  const command = commandLine()
  prepare(command, [])
  return { command, ran, help: () => help }
}

/** Splits an example into words as a shell does, up to the first pipe. */
function wordsOf(example: string): string[] {
  const ours = /(?<=runspan ).*?(?= \| | >>? |\)"$|$)/.exec(example)![0]
  return [...ours.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, word]) => quoted ?? word!)
}

describe.each(EVERY)('%s', (name, verb) => {
  test('says what it does, and each argument and option too', () => {
    expect(verb.summary).toMatch(/^\S.*[^.]$/)
    for (const [key, { description }] of [...Object.entries(verb.arguments), ...Object.entries(verb.options)]) {
      expect(description, key).toMatch(/^\S.{2,}/)
    }
  })

  test.each(verb.examples)('takes %s', async (example) => {
    const { command, ran } = parser()
    await command.parseAsync(wordsOf(example), { from: 'user' })
    expect(ran).toHaveLength(1)
    expect(`${ran[0]} `.startsWith(`${name} `)).toBe(true)
  })

  test('has help with its examples, and values under the names that it says', async () => {
    const { command, help } = parser()
    await expect(command.parseAsync([...name.split(' '), '--help'], { from: 'user' })).rejects.toThrow('outputHelp')
    expect(help()).toContain(`Usage: runspan ${name} ${verb.usage}\n`)
    expect(verb.examples.length).toBeGreaterThan(0)
    for (const example of verb.examples) expect(help()).toContain(`  $ ${example}\n`)
    const keys = verb.command().options.map((option) => option.attributeName())
    expect(keys).toEqual(Object.keys(verb.options))
  })
})

test('a name stands for one verb', () => {
  expect(new Set(EVERY.map(([name]) => name)).size).toBe(EVERY.length)
})

test.each([
  [['rnus'], 'Did you mean runs?'],
  [['runs', '--workfow', 'x'], 'Did you mean --workflow?'],
  [['schema', 'aply'], 'Did you mean apply?'],
  [['webhooks', 'replay', '--al'], 'Did you mean --all?'],
])('%j is refused, with the nearest right name', async (words, nearest) => {
  await expect(parser().command.parseAsync(words, { from: 'user' })).rejects.toThrow(nearest)
})
