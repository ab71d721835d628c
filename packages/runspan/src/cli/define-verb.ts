import { Argument, Command, Option } from 'commander'

/** An option of a verb: its text in help, its parser and its type. Its key is its name: `timeZone` is typed `--time-zone`. */
export interface OptionDefinition<Value> {
  readonly description: string
  /** Its value in help, `<name>` or `<tag...>`; absent for a flag. */
  readonly placeholder?: string
  /** Its one-letter form. */
  readonly short?: string
  /** Throws commander's `InvalidArgumentError`, which says what to give. */
  readonly parse?: (text: string) => Value
  readonly choices?: readonly string[]
  readonly default?: Value
  /** True if the verb requires it. */
  readonly isRequired?: true
  /** True if the option switches a default off: the key `otlp` is typed `--no-otlp`. */
  readonly isNegated?: true
  /** Keys of options that cannot be combined with it. */
  readonly conflicts?: readonly string[]
  /** Values that it sets for other options. */
  readonly implies?: Readonly<Record<string, unknown>>
}

/** An argument of a verb, by position. */
export interface ArgumentDefinition<Value> {
  readonly description: string
  /** `<name>` is required, `[name]` is optional, `<name...>` takes one or more, `[name...]` takes any number. */
  readonly kind: 'required' | 'optional' | 'several' | 'any'
  /** Throws commander's `InvalidArgumentError`, which says what to give. */
  readonly parse?: (text: string) => Value
  readonly choices?: readonly string[]
}

export type Options = Readonly<Record<string, OptionDefinition<unknown>>>
export type Arguments = Readonly<Record<string, ArgumentDefinition<unknown>>>
/** The arguments or options of a verb that has none. */
export type None = Readonly<Record<never, never>>

/** The values of options, by key. */
export type ValuesOf<O extends Options> = {
  readonly [K in keyof O]: O[K] extends OptionDefinition<infer Value> ? Value : never
}

/** The values of a verb's arguments and options, by key. */
export type InputOf<A extends Arguments, O extends Options> = {
  readonly [K in keyof A]: A[K] extends ArgumentDefinition<infer Value> ? Value : never
} & ValuesOf<O>

/** Description of a verb. Help, completion and the reference in the docs are made of it. */
interface Described {
  readonly name: string
  /** One line that says what the verb does. */
  readonly summary: string
  /** Command lines that work as written. */
  readonly examples: readonly string[]
  /** Text that help prints below the examples. */
  readonly notes?: string
}

export interface VerbDefinition<A extends Arguments, O extends Options> extends Described {
  readonly arguments?: A
  readonly options?: O
  /** True if options after the first argument belong to the program that it names. */
  readonly passesOptionsOn?: boolean
  readonly run: (input: InputOf<A, O>) => Promise<void> | void
  /** Verbs of this verb: `runspan webhooks replay`. */
  readonly verbs?: readonly Verb[]
}

/** A verb of the command line, with its inner verbs. */
export interface Verb extends Described {
  /** Its arguments and options in one line: `<runId> [options]`. */
  readonly usage: string
  readonly arguments: Arguments
  readonly options: Options
  readonly verbs: readonly Verb[]
  /** Returns the command that parses its input and runs it. */
  readonly command: () => Command
}

/**
 * Returns a verb made of its description. `run` receives the arguments and options by name, with the types of their definitions.
 * @example
 * export const helloVerb: Verb = defineVerb({
 *   name: 'hello',
 *   summary: 'greets somebody',
 *   examples: ['runspan hello you --times 2'],
 *   arguments: { name: argument('who is greeted') },
 *   options: { times: limit(1, 10, 'how often') },
 *   run: ({ name, times }) => printLines(Array.from({ length: times }, () => `Hello ${name}`)),
 * })
 */
export function defineVerb<const A extends Arguments = None, const O extends Options = None>(
  definition: VerbDefinition<A, O>,
): Verb {
  const { arguments: given = {}, options = {}, verbs = [], passesOptionsOn = false, run, ...described } = definition
  const keys = Object.keys(given)
  const words = Object.entries<ArgumentDefinition<unknown>>(given).map(([key, argument]) => argumentText(key, argument))
  if (verbs.length > 0) words.push('[command]')
  const usage = (passesOptionsOn ? ['[options] --', ...words] : [...words, '[options]']).join(' ')
  return {
    ...described,
    usage,
    arguments: given,
    options,
    verbs,
    command: () => {
      const command = commandOf(described, usage, verbs)
      for (const [key, argument] of Object.entries<ArgumentDefinition<unknown>>(given)) {
        command.addArgument(argumentOf(key, argument))
      }
      for (const [key, option] of Object.entries<OptionDefinition<unknown>>(options)) {
        command.addOption(optionOf(key, option))
      }
      if (passesOptionsOn) command.passThroughOptions()
      return command.action(async (...values: unknown[]) => {
        const flags = values[keys.length] as Readonly<Record<string, unknown>>
        await run({ ...flags, ...Object.fromEntries(keys.map((key, i) => [key, values[i]])) } as InputOf<A, O>)
      })
    },
  }
}

/** Returns a verb that only groups inner verbs. */
export function defineGroup({ verbs, ...described }: Described & { readonly verbs: readonly Verb[] }): Verb {
  const usage = '<command> [options]'
  return { ...described, usage, arguments: {}, options: {}, verbs, command: () => commandOf(described, usage, verbs) }
}

function commandOf({ name, summary, examples, notes }: Described, usage: string, verbs: readonly Verb[]): Command {
  const command = new Command(name)
    .usage(usage)
    .description(summary)
    .addHelpText('after', `\nExamples:\n${examples.map((example) => `  $ ${example}`).join('\n')}`)
  if (notes !== undefined) command.addHelpText('after', `\n${notes}`)
  for (const inner of verbs) command.addCommand(inner.command())
  // options after the name of an inner verb belong to the inner verb
  return command.enablePositionalOptions(verbs.length > 0)
}

/** Returns an argument as help shows it: `<runId>`, `[runId]`, `<files...>`. */
export function argumentText(key: string, { kind }: ArgumentDefinition<unknown>): string {
  return { required: `<${key}>`, optional: `[${key}]`, several: `<${key}...>`, any: `[${key}...]` }[kind]
}

/** Returns the name of an option as it is typed: `--time-zone`, `--no-otlp`. */
export function optionName(key: string, { isNegated }: OptionDefinition<unknown>): string {
  const words = key.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)
  return isNegated ? `--no-${words}` : `--${words}`
}

/** Returns an option as help shows it: `-o, --output <file>`. */
export function optionText(key: string, definition: OptionDefinition<unknown>): string {
  const { short, placeholder } = definition
  const name = optionName(key, definition)
  return `${short === undefined ? '' : `-${short}, `}${name}${placeholder === undefined ? '' : ` ${placeholder}`}`
}

function argumentOf(key: string, definition: ArgumentDefinition<unknown>): Argument {
  const argument = new Argument(argumentText(key, definition), definition.description)
  if (definition.choices !== undefined) argument.choices(definition.choices)
  return definition.parse === undefined ? argument : argument.argParser(definition.parse)
}

function optionOf(key: string, definition: OptionDefinition<unknown>): Option {
  const option = new Option(optionText(key, definition), definition.description)
  if (definition.choices !== undefined) option.choices(definition.choices)
  if (definition.parse !== undefined) option.argParser(definition.parse)
  if (definition.default !== undefined) option.default(definition.default)
  if (definition.isRequired) option.makeOptionMandatory()
  if (definition.conflicts !== undefined) option.conflicts([...definition.conflicts])
  if (definition.implies !== undefined) option.implies({ ...definition.implies })
  return option
}
