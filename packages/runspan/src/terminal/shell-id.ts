import { shortId } from '@runspan/story'

import { shellWord } from './shell-word.ts'

/** Returns a run's short id as a word of a shell command. */
export function shellId(runId: string, list: readonly string[] = []): string {
  return shellWord(shortId(runId, list))
}
