import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

import { expect, test } from 'vitest'

/*
 * Durations, bytes, shares, times, names and statuses are worded only in `story`: another wording would contradict it some
 * day.
 */

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const FACES = ['packages/report/src', 'packages/notify/src', 'packages/workspace/src', 'packages/runspan/src']

/** Patterns of code that words a value itself. */
const OWN_WORDS: Readonly<Record<string, RegExp>> = {
  'decimals of a number': /\.toFixed\(|\.toPrecision\(/,
  'a number or time of some language': /\bIntl\.|\.toLocale\w*String\(/,
  'digits of a time': /\.padStart\(\d+, '0'\)/,
  'a part of an ISO time': /\.toISOString\(\)\.slice\(|[tT]ime\.slice\(0, 1[0-9]\)|\.replace\('T', /,
  'names of months': /'Jan'|'January'/,
  'a unit behind a value': /\} (?:ms|µs|s|sec|seconds?|min|minutes?|h|hours?|d|kB|MB|GB|TB|bytes|%)(?=[`,.;:) ])/,
  'a unit right behind a value': /\}(?:ms|µs|s|m|h|d|kB|MB|GB|%)`/,
  'the end of a text cut off': /…[`'](?! : )/,
  'the beginning of an id': /[rR]unId\.slice\(0,/,
  'what a status is called in a sentence':
    /(?:completed in|failed after|cancelled after|running for|no sign of life since) \$\{/,
}

/** Allowed places, with the reason. */
const ALLOWED: readonly { readonly file: string; readonly line: RegExp; readonly why: string }[] = [
  { file: 'report/src/html/place-sheet.ts', line: /toFixed\(3\)/, why: 'a place in CSS' },
  { file: 'report/src/timeline/time-scale.ts', line: /toFixed\(3\)/, why: 'a place in CSS' },
  { file: 'report/src/timeline/level-shape.ts', line: /toFixed\(1\)/, why: 'a point of a path' },
  { file: 'report/src/sections/spark-bars.ts', line: /toFixed\(1\)/, why: 'points of a picture' },
  { file: 'report/src/charts/render-svg.ts', line: /toFixed\(1\)/, why: 'points of a picture' },
  { file: 'report/src/charts/runs-bars.ts', line: /slice\(0, 10\)/, why: 'compares days, writes nothing' },
  { file: 'report/src/sections/task-table.ts', line: /toPrecision\(6\)/, why: 'a key to sort by' },
  { file: 'notify/src/targets/run-command.ts', line: /timeoutSeconds\} s`/, why: 'a setting as given, in JSON too' },
  { file: 'notify/src/webhooks/post.ts', line: /timeoutSeconds\} s`/, why: 'a setting as given, in JSON too' },
  {
    file: 'notify/src/webhooks/payload.ts',
    line: /'…'|…`/,
    why: 'JSON for programs, which is cut where it is too long',
  },
  { file: 'runspan/src/terminal/terminal.ts', line: /001B\[/, why: 'an escape' },
  { file: 'runspan/src/terminal/text.ts', line: /'…': '~'/, why: 'a sign as ASCII has it' },
  { file: 'runspan/src/cli/verbs/sla.ts', line: /padStart\(5/, why: 'reads a time, writes nothing' },
  { file: 'report/src/browser/task-table-script.ts', line: /Intl\.Collator/, why: 'sorts names, writes nothing' },
]

function sourcesOf(folder: string): string[] {
  return readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true })
    .filter(({ name }) => name.endsWith('.ts') && !/\.(?:test|fixture)\.ts$/.test(name))
    .map((entry) => join(entry.parentPath, entry.name).slice(ROOT.length))
}

/** Comments may quote words. */
function isComment(line: string): boolean {
  return /^\s*(?:\/\/|\/?\*)/.test(line)
}

test('no face words a value itself', () => {
  const own = FACES.flatMap(sourcesOf).flatMap((file) =>
    readFileSync(join(ROOT, file), 'utf8')
      .split('\n')
      .flatMap((line, i) => {
        if (isComment(line)) return []
        if (ALLOWED.some((allowed) => file.endsWith(allowed.file) && allowed.line.test(line))) return []
        return Object.entries(OWN_WORDS)
          .filter(([, pattern]) => pattern.test(line))
          .map(([what]) => `${file}:${i + 1} writes ${what}: ${line.trim()}`)
      }),
  )
  expect(own).toEqual([])
})

test('everything that is allowed still exists', () => {
  for (const { file, line } of ALLOWED) expect(readFileSync(join(ROOT, 'packages', file), 'utf8'), file).toMatch(line)
})
