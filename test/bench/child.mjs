import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

/** Runs a program of this folder to its end; returns the last message to its parent. */
export async function runProgram(file, options, nodeOptions = []) {
  const child = start(file, [JSON.stringify(options)], nodeOptions)
  let result
  child.on('message', (message) => {
    result = message
  })
  const [code] = await once(child, 'exit')
  if (code !== 0 || result === undefined)
    throw new Error(`${file} ended with exit code ${code} and ${result === undefined ? 'no' : 'a'} result`)
  return result
}

/** Starts a program that works until it is asked for its result; it is ready when this returns. */
export async function startProgram(file, options) {
  const child = start(file, [JSON.stringify(options)], [])
  const answer = () =>
    new Promise((resolve, reject) => {
      child.once('message', resolve)
      child.once('exit', (code) => reject(new Error(`${file} ended with exit code ${code}`)))
    })
  const ready = await answer()
  return {
    ready,
    pid: child.pid,
    ask: () => {
      const result = answer()
      child.send('result')
      return result
    },
  }
}

/** Starts a program that prints its port on standard output. */
export async function startListener(file) {
  const child = start(file, [], [], 'pipe')
  const [chunk] = await once(child.stdout, 'data')
  return { port: Number(String(chunk)), pid: child.pid, stop: () => child.disconnect() }
}

function start(file, argv, execArgv, stdout = 'inherit') {
  const path = fileURLToPath(new URL(file, import.meta.url))
  return fork(path, argv, { execArgv, stdio: ['ignore', stdout === 'inherit' ? 2 : stdout, 2, 'ipc'] })
}
