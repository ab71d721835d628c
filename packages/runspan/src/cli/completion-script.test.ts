import { execFileSync } from 'node:child_process'

import { describe, expect, test } from 'vitest'

import { type Completed, completionScript } from './completion-script.ts'
import { flag, text } from './options.ts'

const json = flag("one document, and 'nothing' [else]: at all")
const PROGRAM: Completed = {
  name: 'runspan',
  options: { version: flag('the version') },
  verbs: [
    { name: 'run', summary: 'one', options: { json }, verbs: [] },
    { name: 'runs', summary: 'many: all of them', options: { json, since: text('<time>', 'when') }, verbs: [] },
    {
      name: 'schema',
      summary: 'tables',
      options: {},
      verbs: [{ name: 'show', summary: 'prints', options: { json }, verbs: [] }],
    },
  ],
}

/** Completions offered after these words; the last word is still being typed. */
const OFFERS: readonly (readonly [words: readonly string[], offered: readonly string[]])[] = [
  [[''], ['run', 'runs', 'schema', '--version']],
  [['run'], ['run', 'runs']],
  [
    ['runs', '--'],
    ['--json', '--since'],
  ],
  [['schema', ''], ['show']],
  [['schema', 'show', '--j'], ['--json']],
]

const has = (program: string): boolean => {
  try {
    execFileSync(program, ['-c', 'true'])
    return true
  } catch {
    return process.env['RUNSPAN_TEST_ALL'] === '1' // under RUNSPAN_TEST_ALL a missing shell fails the test below
  }
}

describe.skipIf(!has('bash'))('bash completes (skipped: needs bash)', () => {
  test.each(OFFERS)('%j', (words, offered) => {
    const typed = ['runspan', ...words].map((word) => `'${word}'`).join(' ')
    const ask = `${completionScript(PROGRAM, 'bash')}\nCOMP_WORDS=(${typed}); COMP_CWORD=${words.length}; _runspan; printf '%s\\n' "\${COMPREPLY[@]}"`
    expect(execFileSync('bash', ['-c', ask], { encoding: 'utf8' }).trim().split('\n')).toEqual(offered)
  })
})

describe.skipIf(!has('fish'))('fish completes (skipped: needs fish)', () => {
  test.each(OFFERS)('%j', (words, offered) => {
    // fish offers options only once a dash is typed
    const ask = `${completionScript(PROGRAM, 'fish')}\ncomplete -C '${['runspan', ...words].join(' ')}'`
    const lines = execFileSync('fish', ['-c', ask], { encoding: 'utf8' }).trim().split('\n')
    const names = lines.map((line) => line.split('\t')[0]!)
    expect(names.toSorted()).toEqual(
      offered.filter((name) => !name.startsWith('--') || words.at(-1)!.startsWith('-')).toSorted(),
    )
  })
})

describe.skipIf(!has('zsh'))('zsh takes it (skipped: needs zsh)', () => {
  test('as a script, with its completion system', () => {
    const ask = `autoload -U compinit; compinit -u -D; ${completionScript(PROGRAM, 'zsh')}\nprint -r -- $_comps[runspan]`
    expect(execFileSync('zsh', ['-f', '-c', ask], { encoding: 'utf8' }).trim()).toBe('_runspan')
  })
})
