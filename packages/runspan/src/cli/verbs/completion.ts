import { Argument, type Command } from 'commander'

import { type CompletedCommand, completionScript, SHELLS, type Shell } from '../completion-script.ts'
import { type Verb, verb } from '../verb.ts'

/** `runspan completion <shell>`: what a shell completes the command line by. */
export const completionVerb: Verb = () =>
  verb('completion <shell>', 'prints what bash, zsh or fish complete this command line by', [
    'runspan completion fish | source',
    'eval "$(runspan completion bash)"',
  ])
    .addArgument(new Argument('<shell>', 'which shell').choices(SHELLS))
    .action((shell: Shell, _flags: unknown, command: Command) => {
      process.stdout.write(completionScript(completed(command.parent!), shell))
    })

function completed(command: Command): CompletedCommand {
  return {
    name: command.name(),
    description: command.description(),
    options: command.options
      .filter(({ long, hidden }) => long != null && !hidden)
      .map(({ long, description, required, optional }) => ({
        long: long!,
        description,
        takesValue: required || optional,
      })),
    commands: command.commands.map(completed),
  }
}
