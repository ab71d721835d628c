import { parseArgs } from 'node:util'

import { machine } from './measure.mjs'

/**
 * Benchmarks in the order in which they run; each file exports `bench`, which returns rows and ratios, or why it cannot run
 * here.
 */
const NAMES = ['start', 'encode', 'task', 'live', 'ingest', 'path', 'questions', 'memory', 'kill']

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { json: { type: 'boolean', default: false }, help: { type: 'boolean', default: false } },
})
const unknown = positionals.filter((name) => !NAMES.includes(name))
if (values.help || unknown.length > 0) {
  process.stderr.write(
    `npm run bench -- [${NAMES.join(' | ')}] [--json]\nRUNSPAN_BENCH_QUICK=1: less data, fewer rounds.\n`,
  )
  process.exit(unknown.length > 0 ? 2 : 0)
}

const results = []
for (const name of positionals.length > 0 ? positionals : NAMES) {
  const { bench } = await import(`./${name}.mjs`)
  const result = { name, machine: machine(), ...(await bench()) }
  results.push(result)
  if (!values.json) print(result)
}
if (values.json) process.stdout.write(`${JSON.stringify(results.length === 1 ? results[0] : results, null, 2)}\n`)
process.exit(0) // ends the child processes of a benchmark

function print({ name, machine: on, rows, ratios, skipped }) {
  process.stdout.write(`\n${name}  (${on})\n`)
  if (skipped !== undefined) process.stdout.write(`skipped: ${skipped}\n`)
  const head = ['', 'unit', 'median', 'min', 'max']
  const lines = rows.map((r) => [r.subject, r.unit, shown(r.median), shown(r.min), shown(r.max)])
  const widths = head.map((text, i) => Math.max(text.length, ...lines.map((line) => line[i].length)))
  for (const line of [head, ...lines]) {
    process.stdout.write(
      `  ${line.map((text, i) => (i < 2 ? text.padEnd(widths[i]) : text.padStart(widths[i]))).join('  ')}\n`,
    )
  }
  for (const [ratio, value] of Object.entries(ratios)) process.stdout.write(`  → ${ratio} ${shown(value)}\n`)
}

function shown(value) {
  if (value >= 1000) return Math.round(value).toLocaleString('en')
  return value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(2)
}
