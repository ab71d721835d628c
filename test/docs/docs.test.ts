import { execFile } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

import ts from 'typescript'
import { describe, expect, test } from 'vitest'

import { withVerbReference } from '../../packages/runspan/src/cli/verb-reference.ts'
import { blocks } from './blocks.ts'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const PAGES = [
  'README.md',
  'CONTRIBUTING.md',
  ...readdirSync(join(ROOT, 'docs'))
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
  'SECURITY.md',
  ...readdirSync(join(ROOT, 'packages')).map((name) => `packages/${name}/README.md`),
]

test('TypeScript in the documentation compiles against the packages', () => {
  const files = new Map(
    PAGES.flatMap((page) =>
      blocks(page, 'ts').map(
        (code, i) => [join(ROOT, 'test/docs', `${page.replaceAll('/', '-')}-${i}.ts`), `${code}\nexport {}\n`] as const,
      ),
    ),
  )
  expect(files.size).toBeGreaterThan(5)
  const { config } = ts.readConfigFile(join(ROOT, 'tsconfig.json'), ts.sys.readFile) as {
    config: { compilerOptions: object }
  }
  const { options } = ts.parseJsonConfigFileContent(
    { compilerOptions: { ...config.compilerOptions, isolatedDeclarations: false, declaration: false }, files: [] },
    ts.sys,
    ROOT,
  )
  const host = ts.createCompilerHost(options)
  const readFile = host.readFile.bind(host)
  const fileExists = host.fileExists.bind(host)
  host.readFile = (name) => files.get(name) ?? readFile(name)
  host.fileExists = (name) => files.has(name) || fileExists(name)
  const getSourceFile = host.getSourceFile.bind(host)
  host.getSourceFile = (name, version, ...rest) => {
    const code = files.get(name)
    return code === undefined ? getSourceFile(name, version, ...rest) : ts.createSourceFile(name, code, version)
  }
  const program = ts.createProgram([...files.keys()], options, host)
  const problems = [...files.keys()].flatMap((name) => {
    const source = program.getSourceFile(name)
    return [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)].map(
      ({ messageText }) => `${name.slice(ROOT.length)}: ${ts.flattenDiagnosticMessageText(messageText, '\n')}`,
    )
  })
  expect(problems).toEqual([])
})

test('the example of live statistics prints what happened', async () => {
  const code = blocks('docs/live.md', 'ts').find((block) => block.includes('monitor.getStats()'))!
  const folder = mkdtempSync(join(tmpdir(), 'runspan-docs-'))
  try {
    const file = join(folder, 'example.mjs')
    writeFileSync(file, code.replace("from 'runspan'", `from '${join(ROOT, 'packages/runspan/dist/index.js')}'`))
    const env = { ...process.env, RUNSPAN_DATA: join(folder, 'data') }
    const { stdout } = await promisify(execFile)(process.execPath, [file], { env })
    // no task runs, one completed, none failed
    expect(stdout).toMatch(/^0 1 0 /)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
})

test('the page on the command line has every verb', () => {
  const page = readFileSync(join(ROOT, 'docs/command-line.md'), 'utf8')
  const verbs = readdirSync(join(ROOT, 'packages/runspan/src/cli/verbs')).map((name) => name.replace('.ts', ''))
  expect(verbs.filter((verb) => verb !== 'index' && !page.includes(`\`${verb}`))).toEqual([])
})

test('the reference of verbs is what they say of themselves', () => {
  const page = readFileSync(join(ROOT, 'docs/command-line.md'), 'utf8')
  expect(page, 'node scripts/command-line-docs.mjs writes it anew, after a build').toBe(withVerbReference(page))
})

describe('links and commands', () => {
  test.each(PAGES)('%s', (page) => {
    const text = readFileSync(join(ROOT, page), 'utf8')
    const here = join(ROOT, page, '..')
    for (const [, target] of text.matchAll(/\]\((?!https?:)([^)#]+)/g)) {
      expect(() => readFileSync(join(here, target!)), `${page} links to ${target}`).not.toThrow()
    }
    const verbs = readdirSync(join(ROOT, 'packages/runspan/src/cli/verbs')).map((name) => name.replace('.ts', ''))
    for (const block of blocks(page, 'sh')) {
      for (const [, verb] of block.matchAll(/runspan ([a-z]+)/g))
        expect(verbs, `${page}: runspan ${verb}`).toContain(verb)
    }
    const { scripts } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
      scripts: Record<string, string>
    }
    for (const [, script] of text.matchAll(/npm run ([a-z:]+)/g))
      expect(Object.keys(scripts), `${page}: npm run ${script}`).toContain(script)
  })
})
