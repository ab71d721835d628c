import { completionScript, SHELLS } from '../completion-script.ts'
import { defineVerb, type Verb } from '../define-verb.ts'
import { choiceArgument, flag } from '../options.ts'

/** `runspan completion <shell>`: prints the completion script. `verbs` are all verbs, including this one. */
export function completionVerb(verbs: () => readonly Verb[]): Verb {
  return defineVerb({
    name: 'completion',
    summary: 'prints what bash, zsh or fish complete this command line by',
    examples: ['runspan completion fish | source', 'eval "$(runspan completion bash)"'],
    arguments: { shell: choiceArgument(SHELLS, 'which shell') },
    run: ({ shell }) => {
      const options = { version: flag('output the version number') }
      process.stdout.write(completionScript({ name: 'runspan', options, verbs: verbs() }, shell))
    },
  })
}
