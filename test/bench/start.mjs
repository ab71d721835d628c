import { spawn, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

import { alternate, childCpuSeconds, median, progress, QUICK, row } from './measure.mjs'

const BIN = fileURLToPath(new URL('../../packages/runspan/bin/runspan.js', import.meta.url))
const LIBRARY = pathToFileURL(fileURLToPath(new URL('../../packages/runspan/dist/index.js', import.meta.url))).href
const REGISTER = pathToFileURL(
  fileURLToPath(new URL('../../packages/instrumentation/dist/register.js', import.meta.url)),
).href
/** Starts a sample: Linux counts CPU in hundredths of a second, about the cost of one start. */
const STARTS = QUICK ? 3 : 10

/**
 * Costs of a start: CPU seconds of whole processes, and the duration of an import. A ratio is ours ÷ bare Node.js: smaller is
 * better.
 */
export async function bench() {
  if (process.platform !== 'linux')
    return { rows: [], ratios: {}, skipped: 'CPU of child processes is read from /proc' }
  const directory = mkdtempSync(join(tmpdir(), 'runspan-bench-start-'))
  const environment = { ...process.env, RUNSPAN_DATA: join(directory, 'data'), NO_COLOR: '1' }
  const server = spawn(process.execPath, [BIN, 'up', '--no-otlp', '--json'], {
    env: environment,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  await new Promise((resolve) => server.stdout.once('data', resolve))
  try {
    const cpu =
      (...args) =>
      () => {
        const before = childCpuSeconds()
        for (let i = 0; i < STARTS; i++) start(args, environment)
        return ((childCpuSeconds() - before) / STARTS) * 1000
      }
    const subjects = {
      'bare Node.js': cpu('--input-type=module', '-e', 'null'),
      'runspan --version': cpu(BIN, '--version'),
      'runspan runs, the server up': cpu(BIN, 'runs', '--json'),
      'import runspan': cpu('--input-type=module', '-e', `await import('${LIBRARY}')`),
      'register, nothing recorded': cpu(`--import=${REGISTER}`, '-e', 'null'),
    }
    progress(`start: ${STARTS} starts of each a round`)
    const results = await alternate(subjects, { warmUp: 1 })
    const imports = await alternate(
      { 'import runspan, by the clock': () => importMilliseconds(environment) },
      { warmUp: 1 },
    )
    const bare = median(results['bare Node.js'])
    return {
      rows: [...Object.entries(results), ...Object.entries(imports)].map(([name, values]) => row(name, 'ms', values)),
      ratios: {
        versionVsNode: median(results['runspan --version']) / bare,
        warmRunsVsNode: median(results['runspan runs, the server up']) / bare,
        importVsNode: median(results['import runspan']) / bare,
        registerVsNode: median(results['register, nothing recorded']) / bare,
        importMilliseconds: median(imports['import runspan, by the clock']),
      },
    }
  } finally {
    server.kill('SIGTERM')
    await new Promise((resolve) => server.once('exit', resolve))
    rmSync(directory, { recursive: true, force: true })
  }
}

function start(args, environment) {
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { env: environment, encoding: 'utf8' })
  if (status !== 0) throw new Error(`${args.join(' ')}: ${stderr}`)
  return stdout
}

function importMilliseconds(environment) {
  const code = `const began = performance.now(); await import('${LIBRARY}'); console.log(performance.now() - began)`
  return Number(start(['--input-type=module', '-e', code], environment))
}
