// Prints Vitest's JSON report as "passed failed", and appends failed tests, by name and with their first lines, to a file.
import { appendFileSync, readFileSync } from 'node:fs'
import { relative } from 'node:path'
import { stripVTControlCharacters } from 'node:util'

const [reportPath, failuresPath] = process.argv.slice(2)
const report = JSON.parse(readFileSync(reportPath, 'utf8'))

const failures = report.testResults.flatMap((file) => {
  const path = relative(process.cwd(), file.name)
  const tests = file.assertionResults
    .filter((test) => test.status === 'failed')
    .map((test) => ({ name: `${path} > ${test.fullName}`, message: test.failureMessages.join('\n') }))
  return file.status === 'failed' && tests.length === 0 ? [{ name: path, message: file.message }] : tests
})
for (const { name, message } of failures) {
  const lines = stripVTControlCharacters(message).split('\n').slice(0, 12)
  appendFileSync(failuresPath, `FAILED: ${name}\n${lines.map((line) => `    ${line}`).join('\n')}\n`)
}
process.stdout.write(`${report.numPassedTests} ${failures.length}\n`)
