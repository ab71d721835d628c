import { expect, test } from 'vitest'

import { escapeHtml, markup, raw } from './template.ts'

test('values are escaped, in text and in attributes, whatever they are', () => {
  const hostile = `"><script>alert('1')</script>&`
  expect(markup`<a title="${hostile}">${hostile}</a>`.text).toBe(
    '<a title="&quot;&gt;&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt;&amp;">&quot;&gt;&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt;&amp;</a>',
  )
})

test('markup stays, lists are joined, null and false leave nothing, zero is a number', () => {
  expect(markup`${[markup`<b>${1}</b>`, raw('<i></i>')]}${null}${false}${undefined}${0}`.text).toBe('<b>1</b><i></i>0')
})

test('half of a surrogate pair becomes a sign that is one', () => {
  expect(escapeHtml('a\uD800b')).toBe('a\uFFFDb')
})
