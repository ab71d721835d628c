import { vi } from 'vitest'

import { main } from '../../packages/runspan/src/cli/main.ts'

/** Output and exit code of a command. */
export interface Finished {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

let previous: Promise<unknown> = Promise.resolve()

/**
 * Runs `runspan` with these arguments, nothing but this environment and in this directory, in this process and one call after the other: a process each takes ten times
 * the CPU. Tests of processes, signals and terminals start the real one.
 */
export async function runspanHere(
  args: readonly string[],
  env: NodeJS.ProcessEnv,
  directory: string = process.cwd(),
): Promise<Finished> {
  const finished = previous.then(() => run(args, env, directory))
  previous = finished.catch(() => undefined)
  return finished
}

async function run(args: readonly string[], env: NodeJS.ProcessEnv, directory: string): Promise<Finished> {
  const before = { env: process.env, argv: process.argv, exitCode: process.exitCode, directory: process.cwd() }
  const printed = { stdout: '', stderr: '' }
  const spies = (['stdout', 'stderr'] as const).map((name) =>
    vi.spyOn(process[name], 'write').mockImplementation((chunk) => {
      printed[name] += String(chunk)
      return true
    }),
  )
  process.env = { ...env }
  process.argv = [process.execPath, 'runspan', ...args]
  process.exitCode = undefined
  process.chdir(directory)
  try {
    const code = await main(args)
    return { code, ...printed }
  } finally {
    process.chdir(before.directory)
    process.env = before.env
    process.argv = before.argv
    process.exitCode = before.exitCode
    for (const spy of spies) spy.mockRestore()
  }
}
