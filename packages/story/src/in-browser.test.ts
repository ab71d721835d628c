import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { runInNewContext } from 'node:vm'

import { build } from 'tsdown'
import { expect, test } from 'vitest'

import type * as Story from './index.ts'
import { nightlyOrders } from './run.fixture.ts'
import { runStory } from './run/run-story.ts'
import { runFacts, runTitle } from './run/run-verdict.ts'

/* A page words a run the same way: bundled for a browser, the package needs nothing of Node.js. */

test('a page words a run the same way', async () => {
  const outDir = mkdtempSync(join(tmpdir(), 'runspan-story-'))
  try {
    await build({
      config: false,
      entry: { story: fileURLToPath(new URL('index.ts', import.meta.url)) },
      outDir,
      format: 'iife',
      globalName: 'story',
      platform: 'browser',
      dts: false,
      logLevel: 'silent',
      outputOptions: { entryFileNames: 'story.js' },
      deps: { alwaysBundle: [/^@runspan\//] },
      tsconfig: fileURLToPath(new URL('../../../tsconfig.json', import.meta.url)),
    })
    const script = readFileSync(join(outDir, 'story.js'), 'utf8')
    // a module that was not bundled would be an argument here
    expect(script.trimEnd()).toMatch(/\}\)\(\{\}\);$/)
    expect(script).not.toMatch(/\brequire\(|\bprocess\.|\bBuffer\b/)
    const page = runInNewContext(`${script};story`, { Intl }) as typeof Story
    const document = nightlyOrders()
    const told = page.runStory(document)
    expect(JSON.stringify(page.runTitle(told))).toBe(JSON.stringify(runTitle(runStory(document))))
    expect(JSON.stringify(page.runFacts(told))).toBe(JSON.stringify(runFacts(runStory(document))))
  } finally {
    rmSync(outDir, { recursive: true, force: true })
  }
})
