import { expect, test } from 'vitest'

import { attempt, documentOf, nightlyOrders, runOf } from '../../../story/src/run.fixture.ts'
import { markdownCode, markdownText } from './escape.ts'
import { runMarkdown } from './run-markdown.ts'

test('the verdict comes first, then figures, tasks, the timeline as a Gantt of thirty rows at most', () => {
  const markdown = runMarkdown(nightlyOrders())
  expect(markdown.split('\n')[0]).toMatch(/^\*\*✕ Failed after 4.min.2.s\*\* · \*\*nightly-orders\*\*/)
  const gantt = /```mermaid\n([\s\S]*?)```/.exec(markdown)![1]!
  expect(gantt.trim().split('\n').length).toBeLessThanOrEqual(33)
  expect(markdown.match(/<details>/g)!.length).toBe(markdown.match(/<\/details>/g)!.length)
})

test('it stays under 60 kB and says what it left out', () => {
  const error = {
    type: 'Error',
    message: 'm'.repeat(3000),
    stack: `Error: m\n${'    at f (src/a.ts:1:1)\n'.repeat(300)}`,
  }
  const tasks = Array.from({ length: 1500 }, (_, i) =>
    attempt(`a-task-with-a-rather-long-name-${i}`, i, i + 1, {
      status: 'failed',
      error: { ...error, type: `Error${String.fromCodePoint(97 + (i % 26))}` },
    }),
  )
  const markdown = runMarkdown(documentOf(runOf(tasks, tasks.slice(0, 50), { status: 'failed' })))
  expect(Buffer.byteLength(markdown)).toBeLessThan(60_000)
  expect(markdown).toContain('left out')
})

test('names end no cell, no code, no fold, and mention nobody', () => {
  expect(markdownText('a|b <b> [x](y) @me `c` *d*')).toBe('a\\|b &lt;b&gt; \\[x\\](y) &#64;me \\`c\\` \\*d\\*')
  expect(markdownCode('load[5]')).toBe('`load[5]`')
  expect(markdownCode('a`b|c\n<d>')).toBe('<code>a\\`b\\|c &lt;d&gt;</code>')
  const name = '</details><script>x</script>|`::;#'
  const task = attempt(name, 0, 1, {
    status: 'failed',
    error: { type: name, message: name, stack: `${name}\n\`\`\`\`\n</details>` },
  })
  const markdown = runMarkdown(documentOf(runOf([task], [task], { status: 'failed', workflow: name })))
  const outside = markdown.replaceAll(/(`{3,})[\s\S]*?\1/g, '')
  expect(outside).not.toMatch(/<script|<\/details>\S/)
  expect(outside.match(/<details>/g)!.length).toBe(outside.match(/<\/details>/g)!.length)
})
