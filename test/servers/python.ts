import { execFileSync } from 'node:child_process'
import { join } from 'node:path'

import { pythonPackages } from './python-packages.ts'

const VERSION = '1.45.2'
const PACKAGES = [`opentelemetry-sdk==${VERSION}`, `opentelemetry-exporter-otlp-proto-http==${VERSION}`]

/**
 * Returns a Python with OpenTelemetry's SDK: the one in the path that has it, else one in the user's cache. Undefined without
 * either.
 */
export function pythonForTests(): string | undefined {
  if (hasSdk('python3')) return 'python3'
  const programs = pythonPackages(`python-opentelemetry-${VERSION}`, PACKAGES)
  return programs === undefined ? undefined : join(programs, 'python')
}

function hasSdk(python: string): boolean {
  try {
    execFileSync(python, ['-c', 'import opentelemetry.sdk, opentelemetry.exporter.otlp.proto.http'], {
      stdio: 'ignore',
    })
    return true
  } catch {
    return false
  }
}
