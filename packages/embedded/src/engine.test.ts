import { readFileSync } from 'node:fs'

import { describe, expect, test } from 'vitest'

import { ENGINE_VERSION, enginePackage, locateEngine } from './engine.ts'
import type { Platform } from './engine.ts'
import { EmbeddedError } from './errors.ts'

const linux: Platform = { os: 'linux', processor: 'x64', hasGlibc: true }

function errorOf(call: () => unknown): EmbeddedError {
  try {
    call()
  } catch (error) {
    if (error instanceof EmbeddedError) return error
    throw error
  }
  throw new Error('it did not throw')
}

describe('which package holds the engine', () => {
  test.each([
    [linux, '@chdb/lib-linux-x64-gnu'],
    [{ ...linux, processor: 'arm64' }, '@chdb/lib-linux-arm64-gnu'],
    [{ ...linux, os: 'darwin' }, '@chdb/lib-darwin-x64'],
    [{ ...linux, os: 'darwin', processor: 'arm64' }, '@chdb/lib-darwin-arm64'],
  ])('%j: %s', (platform, name) => {
    expect(enginePackage(platform)).toBe(name)
  })

  test.each([
    [{ ...linux, os: 'win32' }, /WSL/],
    [{ ...linux, processor: 'ia32' }, /linux on ia32.*linux-x64, linux-arm64, darwin-x64, darwin-arm64/],
    [{ ...linux, os: 'freebsd' }, /freebsd/],
    [{ ...linux, hasGlibc: false }, /musl.*node:22-slim/],
  ])('%j has none, and the error says what to do', (platform, words) => {
    const error = errorOf(() => enginePackage(platform))
    expect(error.code).toBe('UNSUPPORTED_PLATFORM')
    expect(error.message).toMatch(words)
    expect(error.message).toContain('--clickhouse URL')
  })

  test('one that is not installed is named with its version', () => {
    const error = errorOf(() => locateEngine({ ...linux, processor: 'arm64' }))
    expect(error.code).toBe('ENGINE_NOT_INSTALLED')
    expect(error.message).toContain(`npm install @chdb/lib-linux-arm64-gnu@${ENGINE_VERSION}`)
  })

  test('the version is the one this package is installed with', () => {
    const manifest = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
      optionalDependencies: Record<string, string>
    }
    expect(manifest.optionalDependencies['@chdb/lib-linux-x64-gnu']).toBe(ENGINE_VERSION)
  })
})
