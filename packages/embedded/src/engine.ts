import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'

import { EmbeddedError } from './errors.ts'

/** Version of the engine's npm packages with which this package is tested. */
export const ENGINE_VERSION = '26.7.3-stable.1'

/** The npm package with the engine, by operating system and processor. */
const ENGINE_PACKAGES: Readonly<Record<string, string>> = {
  'linux-x64': '@chdb/lib-linux-x64-gnu',
  'linux-arm64': '@chdb/lib-linux-arm64-gnu',
  'darwin-x64': '@chdb/lib-darwin-x64',
  'darwin-arm64': '@chdb/lib-darwin-arm64',
}

const OTHERWISE = 'or use a ClickHouse server of your own (--clickhouse URL, RUNSPAN_CLICKHOUSE_URL)'

/** Properties that decide whether the engine can run here. */
export interface Platform {
  readonly os: string
  readonly processor: string
  /** False on Linux with another C library than glibc, such as Alpine's musl. */
  readonly hasGlibc: boolean
}

/** Returns the platform of this process. */
export function currentPlatform(): Platform {
  return { os: process.platform, processor: process.arch, hasGlibc: process.platform !== 'linux' || runsOnGlibc() }
}

function runsOnGlibc(): boolean {
  const report = process.report as NodeJS.ProcessReport & { excludeNetwork?: boolean }
  const { excludeNetwork } = report
  // Otherwise the report looks up the name of every connection's peer, which can take seconds.
  report.excludeNetwork = true
  const { header } = report.getReport() as { header?: { glibcVersionRuntime?: string } }
  report.excludeNetwork = excludeNetwork ?? false
  return header?.glibcVersionRuntime !== undefined
}

/**
 * Returns the name of the npm package with the engine for a platform.
 * @throws EmbeddedError UNSUPPORTED_PLATFORM
 */
export function enginePackage(platform: Platform): string {
  if (platform.os === 'win32') {
    throw new EmbeddedError(
      'UNSUPPORTED_PLATFORM',
      `The embedded ClickHouse does not run on Windows itself: run this inside WSL (wsl --install), ${OTHERWISE}.`,
    )
  }
  const name = ENGINE_PACKAGES[`${platform.os}-${platform.processor}`]
  if (name === undefined) {
    throw new EmbeddedError(
      'UNSUPPORTED_PLATFORM',
      `There is no embedded ClickHouse for ${platform.os} on ${platform.processor}, only for ` +
        `${Object.keys(ENGINE_PACKAGES).join(', ')}: move to one of these, ${OTHERWISE}.`,
    )
  }
  if (!platform.hasGlibc) {
    throw new EmbeddedError(
      'UNSUPPORTED_PLATFORM',
      'The embedded ClickHouse needs glibc, and this Linux has another C library (musl, as on Alpine): ' +
        `use an image with glibc such as node:22-slim, ${OTHERWISE}.`,
    )
  }
  return name
}

/**
 * Returns the path of the engine's library, searched next to this package, then from the working directory.
 * @throws EmbeddedError UNSUPPORTED_PLATFORM, ENGINE_NOT_INSTALLED
 */
export function locateEngine(
  platform: Platform = currentPlatform(),
  from: readonly string[] = [import.meta.url, join(process.cwd(), 'package.json')],
): string {
  const name = enginePackage(platform)
  for (const base of from) {
    const library = libraryOf(name, base)
    if (library !== null && existsSync(library)) return library
  }
  throw new EmbeddedError(
    'ENGINE_NOT_INSTALLED',
    `The embedded ClickHouse is not installed: run npm install ${name}@${ENGINE_VERSION} ` +
      `(npm leaves it out with --omit=optional), ${OTHERWISE}.`,
  )
}

function libraryOf(name: string, base: string): string | null {
  try {
    return join(dirname(createRequire(base).resolve(`${name}/package.json`)), 'libchdb.so')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'MODULE_NOT_FOUND') return null
    throw error
  }
}
