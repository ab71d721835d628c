import { createRequire } from 'node:module'

import { visibleLines } from '@runspan/model'
import { Command, CommanderError } from 'commander'

import { printNotice } from './output.ts'
import { VERBS } from './verbs/index.ts'

/** Escapes hidden characters, since messages repeat what was typed. */
const OUTPUT = { writeErr: (text: string): void => void process.stderr.write(visibleLines(text)) }
const WRONG_USE = 2
/** Exit code of shells for a program that cannot be started. */
const NOT_STARTED = 127

/** Runs the command line and returns its exit code: 0 done, 1 the answer is no or it failed, 2 wrong use. */
export async function main(argv: readonly string[]): Promise<number> {
  try {
    await commandLine().parseAsync([...argv], { from: 'user' })
    return Number(process.exitCode ?? 0)
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : WRONG_USE
    return fail(error)
  }
}

/** Returns the program with all verbs. Parsing throws `CommanderError` for wrong use. */
export function commandLine(): Command {
  const { version } = createRequire(import.meta.url)('runspan/package.json') as { version: string }
  const program = new Command('runspan')
    .description(
      'What ran, what failed and why, where the time went: workflow runs from OpenTelemetry, answered from ClickHouse.',
    )
    .version(version)
    .configureOutput(OUTPUT)
    .showHelpAfterError('(runspan --help lists the verbs, runspan <verb> --help their options)')
    .exitOverride()
    .enablePositionalOptions()
    .addHelpText('after', '\nBegin with:\n  $ runspan demo\n  $ runspan exec -- node app.js\n  $ runspan runs')
  for (const verb of VERBS) program.addCommand(prepared(verb.command()))
  return program
}

/** Makes a command and its inner commands throw on wrong use. */
function prepared(command: Command): Command {
  for (const inner of command.commands) prepared(inner)
  return command.configureOutput(OUTPUT).exitOverride().showHelpAfterError('(add --help for options and an example)')
}

/** Codes of mistakes in the command line or configuration, beside all codes that begin with `INVALID_`. */
const MISTAKES: ReadonlySet<string> = new Set(['WRONG_USE', 'ADDRESS_REFUSED', 'ENVIRONMENT_MISSING'])

/** Codes for too few open files: the process cannot open its modules or start its server. */
const TOO_FEW_FILES: ReadonlySet<string> = new Set(['EMFILE', 'ENFILE'])
const TOO_FEW_FILES_FIX = 'Allow this shell more open files (ulimit -n 1024), and try again.'

/** Prints an error and returns the exit code. Our errors say what to do; any other error is a bug, so its stack is printed. */
function fail(error: unknown): number {
  const known = error instanceof Error && typeof (error as { code?: unknown }).code === 'string'
  const text = known
    ? `runspan: ${error.message}${TOO_FEW_FILES.has(String((error as { code?: unknown }).code)) ? `. ${TOO_FEW_FILES_FIX}` : ''}`
    : `runspan: this is a defect, please report it.\n${error instanceof Error ? error.stack : String(error)}`
  printNotice(text)
  const code = known ? String((error as { code?: unknown }).code) : ''
  if (MISTAKES.has(code) || code.startsWith('INVALID_')) return WRONG_USE
  return code === 'COMMAND_NOT_STARTED' ? NOT_STARTED : 1
}
