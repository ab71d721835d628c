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

/** Options of every question; `CSV` only if it has `rows`. */
type Asked = typeof JSON_OPTION & typeof DATA & typeof CSV

export interface QuestionVerb<A extends Arguments, O extends Options, Answer> extends Omit<
  VerbDefinition<A, O>,
  'run' | 'verbs' | 'passesOptionsOn'
> {
  /** Throws if options cannot be combined. Runs before the data is opened. */
  readonly check?: (input: InputOf<A, O>) => void
  /** Asks the question. It may run twice, so it must not print. */
  readonly ask: (data: OpenData, input: InputOf<A, O & Asked>) => Promise<Answer>
  /** Returns a hint for standard error, printed in every output format. */
  readonly notice?: (answer: Answer) => string | null
  /** Returns the document that `--json` prints. Default: the answer. */
  readonly json?: (answer: Answer, data: OpenData) => unknown
  /** Returns the rows that `--csv` prints. A verb without it has no `--csv`. */
  readonly rows?: (answer: Answer) => readonly object[]
  /** Loads and returns the view for the terminal. It may ask further questions that only the terminal shows. */
  readonly view: (
    answer: Answer,
    input: InputOf<A, O & Asked>,
    data: OpenData,
  ) => Promise<(terminal: Terminal) => readonly string[]>
}

/** Input that `questionVerb` itself reads. A named workflow or task must exist. */
type Given = ValuesOf<Asked> & {
  readonly workflow?: string | undefined
  readonly task?: string | undefined
  /** Set by verbs with `--ascii`. */
  readonly ascii?: true | undefined
}

/** Returns a verb that opens the data, asks one question, and prints the answer as JSON, CSV or a view. */
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
