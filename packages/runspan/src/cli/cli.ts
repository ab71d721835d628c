import { main } from './main.ts'

export { withVerbReference } from './verb-reference.ts'

/** Runs the command line of this process. */
export async function run(): Promise<void> {
  // a reader such as `head` may close the pipe early
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error
  })
  process.exitCode = await main(process.argv.slice(2))
}
