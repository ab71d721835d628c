import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

import { expect, test } from 'vitest'

/* Files that a start loads; the benchmark measures its duration. Runs the build. */

const built = (path: string): string => fileURLToPath(new URL(`../../packages/${path}`, import.meta.url))
const urlOf = (path: string): string => pathToFileURL(built(path)).href

/**
 * Records every file that is loaded: ES modules immediately, CommonJS at the end. It writes into a file, because output to a
 * full pipe would be lost.
 */
const HOOK = `import { appendFileSync } from 'node:fs'
export async function load(url, context, next) { appendFileSync(process.env.LOADED_FILE, url + '\\n'); return next(url, context) }`
const REPORT = `import { appendFileSync } from 'node:fs'
import { createRequire, register } from 'node:module'
register('data:text/javascript,' + encodeURIComponent(${JSON.stringify(HOOK)}))
process.on('exit', () => appendFileSync(process.env.LOADED_FILE, Object.keys(createRequire('/').cache).join('\\n') + '\\n'))`

function filesLoadedBy(...args: string[]): string[] {
  const directory = mkdtempSync(join(tmpdir(), 'runspan-loaded-'))
  const loaded = join(directory, 'files')
  try {
    execFileSync(process.execPath, [`--import=data:text/javascript,${encodeURIComponent(REPORT)}`, ...args], {
      env: { ...process.env, LOADED_FILE: loaded },
    })
    const files = readFileSync(loaded, 'utf8').split('\n')
    const named = files.filter((file) => file !== '' && !file.startsWith('data:'))
    return [...new Set(named.map((file) => file.replace(/^file:\/\//, '')))]
  } finally {
    rmSync(directory, { recursive: true, force: true })
  }
}

/** Returns names of packages below `node_modules`, and our own. */
function packagesOf(files: readonly string[]): Set<string> {
  const name = /.*node_modules\/((?:@[^/]+\/)?[^/]+)\/|.*\/packages\/(\w+)\/dist\//
  return new Set(files.flatMap((file) => name.exec(file)?.slice(1).find(Boolean) ?? []))
}

const HEAVY = [
  'zod',
  'uuid',
  'yaml',
  'commander',
  'string-width',
  'log-update',
  'protobufjs',
  'ffi-rs',
  'echarts',
  'report',
  'collector',
  '@grpc/grpc-js',
  '@resvg/resvg-js',
  '@clickhouse/client',
  '@opentelemetry/core',
  '@opentelemetry/resources',
  '@opentelemetry/sdk-logs',
  '@opentelemetry/sdk-metrics',
  '@opentelemetry/sdk-trace-base',
  '@opentelemetry/instrumentation',
  '@opentelemetry/instrumentation-host-metrics',
  '@opentelemetry/otlp-transformer',
  '@opentelemetry/otlp-exporter-base',
]

test('import runspan loads no library that is not yet used', () => {
  const files = filesLoadedBy('--input-type=module', '-e', `await import('${urlOf('runspan/dist/index.js')}')`)
  const packages = packagesOf(files)
  expect(packages).toContain('tracking')
  expect(packages).toContain('@opentelemetry/api')
  expect(HEAVY.filter((name) => packages.has(name))).toEqual([])
  expect(files.length).toBeLessThan(100)
})

test('each package that a program imports separately is as light', () => {
  for (const name of [
    'tracking',
    'workflow',
    'clickhouse',
    'rules',
    'spool',
    'configuration',
    'workspace',
    'instrumentation',
    'notify',
    'analytics',
    'story',
    'embedded',
    'model',
  ]) {
    const files = filesLoadedBy('--input-type=module', '-e', `await import('${urlOf(`${name}/dist/index.js`)}')`)
    const packages = packagesOf(files)
    expect(
      HEAVY.filter((heavy) => packages.has(heavy)),
      name,
    ).toEqual([])
  }
})

test('--version loads nothing', () => {
  const files = filesLoadedBy(built('runspan/bin/runspan.js'), '--version')
  expect(files.filter((file) => !file.endsWith('bin/runspan.js') && !file.startsWith('node:'))).toEqual([])
})

test('modules that are loaded later work: instrumentation, metrics and a connection', () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'runspan-start-'))
  const code = `import { TaskManager } from '${urlOf('runspan/dist/index.js')}'
const manager = new TaskManager({ dataDir: '${dataDir}' })
console.log(await manager.withRun('late', (run) => run.withTask('step', () => 'ran')))
await manager.close()`
  const files = filesLoadedBy('--input-type=module', '-e', code)
  rmSync(dataDir, { recursive: true, force: true })
  const packages = packagesOf(files)
  for (const name of ['@opentelemetry/sdk-trace-base', '@opentelemetry/sdk-logs', '@opentelemetry/sdk-metrics']) {
    expect(packages).toContain(name)
  }
  expect(packages).not.toContain('@clickhouse/client')
})
