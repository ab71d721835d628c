import type { OpenData } from '@runspan/workspace'

import type { Terminal } from '../terminal/terminal.ts'
import {
  type Arguments,
  defineVerb,
  type InputOf,
  type None,
  type Options,
  type ValuesOf,
  type Verb,
  type VerbDefinition,
} from './define-verb.ts'
import { CSV, DATA, JSON_OPTION } from './options.ts'
import { printCsv, printJson, printNotice } from './output.ts'
import { show } from './show.ts'
import { withOpenData } from './with-data.ts'

/** Options of every question; `CSV` only where it answers in rows. */
type Asked = typeof JSON_OPTION & typeof DATA & typeof CSV

export interface QuestionVerb<A extends Arguments, O extends Options, Answer> extends Omit<
  VerbDefinition<A, O>,
  'run' | 'verbs' | 'passesOptionsOn'
> {
  /** Throws for options that do not go together, before any data is opened. */
  readonly check?: (input: InputOf<A, O>) => void
  /** Asks the question; it may be asked twice, so it prints nothing. */
  readonly ask: (data: OpenData, input: InputOf<A, O & Asked>) => Promise<Answer>
  /** What people are told beside the answer, whatever form it has. */
  readonly notice?: (answer: Answer) => string | null
  /** What `--json` prints. Default: the answer. */
  readonly json?: (answer: Answer, data: OpenData) => unknown
  /** Rows of `--csv`, which only a verb that has this takes. */
  readonly rows?: (answer: Answer) => readonly object[]
  /** Loads and returns the view for people; it may ask what only people are shown. */
  readonly view: (
    answer: Answer,
    input: InputOf<A, O & Asked>,
    data: OpenData,
  ) => Promise<(terminal: Terminal) => readonly string[]>
}

/** What `questionVerb` itself looks at in a verb's input: a workflow or task that is named has to exist. */
type Given = ValuesOf<Asked> & {
  readonly workflow?: string | undefined
  readonly task?: string | undefined
  /** Of verbs that draw. */
  readonly ascii?: true | undefined
}

/** Returns a verb that opens the data, asks one question and prints its answer as `--json`, `--csv` or for people. */
export function questionVerb<Answer, const A extends Arguments = None, const O extends Options = None>(
  definition: QuestionVerb<A, O, Answer>,
): Verb {
  const { check, ask, notice, json = (answer) => answer, rows, view, ...described } = definition
  const options = { ...JSON_OPTION, ...DATA, ...(rows === undefined ? {} : CSV), ...definition.options }
  return defineVerb<A, Options>({
    ...described,
    options,
    run: async (values) => {
      const input = values as InputOf<A, O & Asked>
      const given = values as Given
      check?.(input)
      await withOpenData(given, async (data) => {
        const answer = await ask(data, input)
        const told = notice?.(answer) ?? null
        if (told !== null) printNotice(told)
        if (given.json) return printJson(json(answer, data))
        if (given.csv && rows !== undefined) return printCsv(rows(answer), given)
        show(await view(answer, input, data), given)
      })
    },
  })
}
