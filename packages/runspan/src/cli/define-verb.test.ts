import { type Command, CommanderError, InvalidArgumentError } from 'commander'
import { describe, expect, expectTypeOf, test } from 'vitest'

import { type Arguments, defineGroup, defineVerb, type InputOf, type Options, type Verb } from './define-verb.ts'
import {
  anyArguments,
  argument,
  choice,
  choiceArgument,
  choiceOr,
  flag,
  limit,
  negation,
  optionalArgument,
  parsed,
  parsedArgument,
  severalArguments,
  text,
  texts,
} from './options.ts'

/** Parses a command line and returns the input that the verb's `run` received. */
async function given<const A extends Arguments, const O extends Options>(
  definition: { readonly arguments?: A; readonly options?: O; readonly passesOptionsOn?: boolean },
  words: readonly string[],
): Promise<InputOf<A, O>> {
  const inputs: InputOf<A, O>[] = []
  const verb = defineVerb<A, O>({
    name: 'greet',
    summary: 'greets',
    examples: ['runspan greet'],
    ...definition,
    run: (input) => void inputs.push(input),
  })
  await quiet(verb.command()).parseAsync([...words], { from: 'user' })
  expect(inputs).toHaveLength(1)
  return inputs[0]!
}

/** Makes a command throw instead of ending the process, and print nothing. */
function quiet(command: Command): Command {
  for (const inner of command.commands) quiet(inner)
  return command.exitOverride().configureOutput({ writeErr: () => undefined, writeOut: () => undefined })
}

const refused = async (asked: Promise<unknown>): Promise<string> => {
  const error: unknown = await asked.then(
    () => null,
    (thrown: unknown) => thrown,
  )
  expect(error).toBeInstanceOf(CommanderError)
  return (error as CommanderError).message
}

describe('types', () => {
  test('of what run gets are those of the definitions', async () => {
    const input = await given(
      {
        arguments: {
          name: argument('who'),
          shell: choiceArgument(['bash', 'zsh'], 'which'),
          size: parsedArgument(Number, 'how large'),
          title: optionalArgument('how called'),
        },
        options: {
          loud: flag('loud'),
          otlp: negation('without'),
          from: text('<place>', 'whence'),
          to: text('<place>', 'whither', { default: 'home' }),
          tag: texts('<tag...>', 'tags'),
          mood: choice('<mood>', ['glad', 'sad'], 'how'),
          by: choiceOr('<day>', ['mon', 'tue'], 'tue', 'when'),
          speed: parsed('<n>', Number, 'how fast'),
          within: parsed('<n>', Number, 'how soon', { isRequired: true }),
          times: limit(3),
        },
      },
      ['you', 'zsh', '7', '--within', '5'],
    )
    expectTypeOf(input.name).toEqualTypeOf<string>()
    expectTypeOf(input.shell).toEqualTypeOf<'bash' | 'zsh'>()
    expectTypeOf(input.size).toEqualTypeOf<number>()
    expectTypeOf(input.title).toEqualTypeOf<string | undefined>()
    expectTypeOf(input.loud).toEqualTypeOf<true | undefined>()
    expectTypeOf(input.otlp).toEqualTypeOf<boolean>()
    expectTypeOf(input.from).toEqualTypeOf<string | undefined>()
    expectTypeOf(input.to).toEqualTypeOf<string>()
    expectTypeOf(input.tag).toEqualTypeOf<string[] | undefined>()
    expectTypeOf(input.mood).toEqualTypeOf<'glad' | 'sad' | undefined>()
    expectTypeOf(input.by).toEqualTypeOf<'mon' | 'tue'>()
    expectTypeOf(input.speed).toEqualTypeOf<number | undefined>()
    expectTypeOf(input.within).toEqualTypeOf<number>()
    expectTypeOf(input.times).toEqualTypeOf<number>()
    // @ts-expect-error: an option that is not defined
    expect(input.other).toBeUndefined()
    expect(input).toEqual({
      name: 'you',
      shell: 'zsh',
      size: 7,
      title: undefined,
      otlp: true,
      to: 'home',
      by: 'tue',
      within: 5,
      times: 3,
    })
  })
})

describe('arguments', () => {
  test('several: one or more', async () => {
    const files = { arguments: { first: argument('one'), more: severalArguments('others') } }
    const input = await given(files, ['a', 'b', 'c'])
    expectTypeOf(input.more).toEqualTypeOf<readonly string[]>()
    expect(input).toEqual({ first: 'a', more: ['b', 'c'] })
    expect(await refused(given(files, ['a']))).toContain("missing required argument 'more'")
  })

  test('any: none, too', async () => {
    const ids = { arguments: { id: anyArguments('ids') } }
    expect(await given(ids, [])).toEqual({ id: [] })
    expect(await given(ids, ['a', 'b'])).toEqual({ id: ['a', 'b'] })
  })

  test('one of some words, else it is refused', async () => {
    const shell = { arguments: { shell: choiceArgument(['bash', 'zsh'], 'which') } }
    expect(await given(shell, ['bash'])).toEqual({ shell: 'bash' })
    expect(await refused(given(shell, ['tcsh']))).toContain('Allowed choices are bash, zsh')
  })

  test('parsed, or refused with the words of its parser', async () => {
    const parse = (word: string): number => {
      if (word === 'x') throw new InvalidArgumentError('Give a number.')
      return Number(word)
    }
    expect(await given({ arguments: { size: parsedArgument(parse, 'size') } }, ['3'])).toEqual({ size: 3 })
    expect(await refused(given({ arguments: { size: parsedArgument(parse, 'size') } }, ['x']))).toContain(
      'Give a number.',
    )
  })

  test('of a program that is started keep their options', async () => {
    const program = { arguments: { command: severalArguments('it') }, options: { data: text('<dir>', 'where') } }
    const input = await given({ ...program, passesOptionsOn: true }, ['--data', 'd', 'node', 'a.js', '--data', 'e'])
    expect(input).toEqual({ data: 'd', command: ['node', 'a.js', '--data', 'e'] })
  })
})

describe('options', () => {
  const options = {
    json: flag('document'),
    csv: flag('rows', { conflicts: ['json'] }),
    bom: flag('rows for Excel', { implies: { csv: true }, conflicts: ['json'] }),
    timeZone: text('<name>', 'whose days', { short: 'z' }),
    otlp: negation('without OTLP'),
    mood: choice('<mood>', ['glad', 'sad'], 'how'),
    tag: texts('<tag...>', 'tags'),
  }

  test('are named after their keys, long and short', async () => {
    expect(await given({ options }, ['--time-zone', 'UTC'])).toEqual({ timeZone: 'UTC', otlp: true })
    expect(await given({ options }, ['-z', 'UTC', '--no-otlp'])).toEqual({ timeZone: 'UTC', otlp: false })
    expect(await given({ options }, ['--tag', 'a', 'b'])).toEqual({ tag: ['a', 'b'], otlp: true })
  })

  test('imply others, and stand beside some only', async () => {
    expect(await given({ options }, ['--bom'])).toEqual({ bom: true, csv: true, otlp: true })
    expect(await refused(given({ options }, ['--csv', '--json']))).toContain(
      "'--csv' cannot be used with option '--json'",
    )
    expect(await refused(given({ options }, ['--bom', '--json']))).toContain('cannot be used with')
  })

  test('that are wrong are refused', async () => {
    expect(await refused(given({ options }, ['--mood', 'odd']))).toContain('Allowed choices are glad, sad')
    expect(await refused(given({ options }, ['--timezone', 'UTC']))).toContain('Did you mean --time-zone?')
    const required = { options: { within: parsed('<n>', Number, 'how soon', { isRequired: true }) } }
    expect(await refused(given(required, []))).toContain("required option '--within <n>' not specified")
  })
})

describe('verbs of verbs', () => {
  const heard: string[] = []
  const inner = (name: string): Verb =>
    defineVerb({
      name,
      summary: `does ${name}`,
      examples: [`runspan outer ${name}`],
      options: { json: flag('document') },
      run: ({ json }) => void heard.push(`${name} ${json}`),
    })
  const outer = defineVerb({
    name: 'outer',
    summary: 'lists',
    examples: ['runspan outer'],
    options: { json: flag('document') },
    verbs: [inner('one')],
    run: ({ json }) => void heard.push(`outer ${json}`),
  })

  test('have their own options, and the outer verb its own', async () => {
    for (const words of [['one', '--json'], ['one'], ['--json']]) {
      await quiet(outer.command()).parseAsync(words, { from: 'user' })
    }
    expect(heard).toEqual(['one true', 'one undefined', 'outer true'])
  })

  test('are what a group has, which does nothing itself', async () => {
    const group = defineGroup({
      name: 'group',
      summary: 'groups',
      examples: ['runspan group two'],
      verbs: [inner('two')],
    })
    await quiet(group.command()).parseAsync(['two'], { from: 'user' })
    expect(heard.at(-1)).toBe('two undefined')
    expect(group.usage).toBe('<command> [options]')
    expect(outer.usage).toBe('[command] [options]')
  })
})

test('help has usage, summary, arguments, options, examples and notes', () => {
  const verb = defineVerb({
    name: 'greet',
    summary: 'greets somebody',
    examples: ['runspan greet you'],
    notes: 'It is polite.',
    arguments: { name: argument('who is greeted'), others: anyArguments('who else') },
    options: { output: text('<file>', 'where to', { short: 'o', default: '-' }) },
    run: () => undefined,
  })
  let help = ''
  verb
    .command()
    .configureOutput({ writeOut: (words) => void (help += words), getOutHelpWidth: () => 100 })
    .outputHelp()
  expect(help).toBe(`Usage: greet <name> [others...] [options]

greets somebody

Arguments:
  name                 who is greeted
  others               who else

Options:
  -o, --output <file>  where to (default: "-")
  -h, --help           display help for command

Examples:
  $ runspan greet you

It is polite.
`)
})
