import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

import { expect, test } from 'vitest'
import { parseAllDocuments } from 'yaml'

import { helmForTests, KUBERNETES_VERSIONS, manifestCheckForTests } from '../servers/deploy-tools.ts'

/*
 * The Helm chart, and the manifests for kustomize generated from it: linted, rendered, and validated by Kubernetes' own
 * schemas.
 */

const DEPLOY = fileURLToPath(new URL('../../deploy', import.meta.url))
const CHART = join(DEPLOY, 'helm/runspan')
const { version: VERSION } = JSON.parse(readFileSync(join(DEPLOY, '../packages/runspan/package.json'), 'utf8')) as {
  version: string
}
const ALL = process.env['RUNSPAN_TEST_ALL'] === '1'
const helm = helmForTests()
const check = manifestCheckForTests()
const hasKubectl = spawnSync('kubectl', ['version', '--client'], { stdio: 'ignore' }).status === 0

const skipped = (tool: string, isThere: boolean): string => (isThere ? '' : ` (skipped: needs ${tool})`)

test.runIf(helm === undefined || check === undefined || !hasKubectl)(
  'tools are there where everything is tested',
  () => {
    expect(ALL, 'CI has to have Go for Helm, Python for kubernetes-validate, and kubectl').toBe(false)
  },
)

interface Container {
  readonly image: string
  readonly command?: readonly string[]
  readonly args: readonly string[]
  readonly env: readonly { readonly name: string; readonly valueFrom?: object }[]
  readonly ports: readonly { readonly name: string }[]
  readonly startupProbe: object
}
interface Manifest {
  readonly kind: string
  readonly metadata: { readonly name: string }
  readonly spec: {
    readonly clusterIP?: string
    readonly serviceName?: string
    readonly selector: Record<string, string> & { readonly matchLabels: Record<string, string> }
    readonly podSelector: { readonly matchLabels: Record<string, string> }
    readonly policyTypes: readonly string[]
    readonly ingress: readonly { readonly ports: readonly { readonly port: string }[] }[]
    readonly ports: readonly { readonly targetPort: string }[]
    readonly template: {
      readonly metadata: { readonly labels: Record<string, string>; readonly annotations?: Record<string, string> }
      readonly spec: {
        readonly containers: readonly [Container]
        readonly volumes: readonly { readonly configMap?: { readonly name: string } }[]
      }
    }
  }
}

const parsed = (text: string): Manifest[] => parseAllDocuments(text).map((document) => document.toJS() as Manifest)
const oneOf = (all: readonly Manifest[], kind: string): Manifest => all.find((one) => one.kind === kind)!

function render(...settings: string[]): string {
  const args = ['template', 'runspan', CHART, '--kube-version', `${KUBERNETES_VERSIONS[1]}.0`, ...settings]
  return execFileSync(helm!, args, { encoding: 'utf8', stdio: 'pipe' })
}

function expectValid(text: string): void {
  const directory = mkdtempSync(join(tmpdir(), 'runspan-manifests-'))
  try {
    const file = join(directory, 'manifests.yaml')
    writeFileSync(file, text)
    for (const version of KUBERNETES_VERSIONS) check!(file, version)
  } finally {
    rmSync(directory, { recursive: true })
  }
}

test.skipIf(helm === undefined)(
  `helm: the chart has nothing to complain of${skipped('helm', helm !== undefined)}`,
  () => {
    const args = ['lint', '--strict', '--kube-version', `${KUBERNETES_VERSIONS[1]}.0`, CHART]
    const { status, stdout, stderr } = spawnSync(helm!, args, { encoding: 'utf8' })
    expect([status, stderr]).toEqual([0, ''])
    expect(stdout).not.toMatch(/\[(WARNING|ERROR)\]/)
    expect(readFileSync(join(CHART, 'Chart.yaml'), 'utf8')).toContain(`appVersion: ${VERSION}\n`)
  },
)

const everything = [
  ['nothing is set', []],
  [
    'a ClickHouse of yours, three replicas',
    ['--set', 'clickhouse.secret=ours,replicas=3,persistence.storageClass=fast'],
  ],
  ['no token, no policy', ['--set', 'otlp.secret=,networkPolicy.enabled=false,existingConfigMap=mine']],
  [
    'everything that a pod may be given',
    [
      '--set-json',
      'env=[{"name":"A","value":"b"}],envFrom=[{"secretRef":{"name":"s"}}],podAnnotations={"a":"b"},nodeSelector={"a":"b"},tolerations=[{"key":"k","operator":"Exists"}],affinity={"nodeAffinity":{}},imagePullSecrets=[{"name":"p"}]',
    ],
  ],
] as const

test.skipIf(helm === undefined || check === undefined).each(everything)(
  'helm: what it renders is valid where %s',
  (_, settings) => {
    expectValid(render(...settings))
  },
)

test.skipIf(check === undefined)('the check refuses a field that is none', () => {
  const text = readFileSync(join(DEPLOY, 'kubernetes/runspan.yaml'), 'utf8')
  expect(() => expectValid(text.replace('enableServiceLinks', 'enableServiceLink'))).toThrow(/enableServiceLink/)
})

test.skipIf(helm === undefined)('helm: wrong values are refused, and what would split the runs', () => {
  expect(() => render('--set', 'replica=3')).toThrow(/replica/)
  expect(() => render('--set', 'replicas=3')).toThrow(/clickhouse.secret/)
})

test.skipIf(helm === undefined)('helm: a changed configuration starts the pods anew', () => {
  const sums = [[], ['--set', 'config.tracking.retention.days=7']].map(
    (settings) =>
      oneOf(parsed(render(...settings)), 'StatefulSet').spec.template.metadata.annotations!['checksum/config'],
  )
  expect(new Set(sums).size).toBe(2)
})

test.skipIf(helm === undefined)(
  'kubernetes/runspan.yaml is what the chart makes of kubernetes/values.yaml',
  async () => {
    const made = render('--values', join(DEPLOY, 'kubernetes/values.yaml'))
    await expect(made).toMatchFileSnapshot(join(DEPLOY, 'kubernetes/runspan.yaml'))
  },
)

test.skipIf(!hasKubectl)(`kubernetes: kustomize builds it${skipped('kubectl', hasKubectl)}`, () => {
  const built = execFileSync('kubectl', ['kustomize', join(DEPLOY, 'kubernetes')], { encoding: 'utf8' })
  if (check !== undefined) expectValid(built)
  const objects = parsed(built)
  expect(objects.map(({ kind }) => kind).toSorted()).toEqual([
    'ConfigMap',
    'Namespace',
    'NetworkPolicy',
    'Service',
    'Service',
    'StatefulSet',
  ])
  const set = oneOf(objects, 'StatefulSet').spec
  const pod = set.template
  expect(pod.metadata.labels).toMatchObject(set.selector.matchLabels)
  // the name has a hash of the content: a changed configuration restarts the pod
  expect(pod.spec.volumes.flatMap(({ configMap }) => configMap?.name ?? [])).toEqual([
    expect.stringMatching(/^runspan-config-\w+$/),
  ])
  // pods get names if the service that governs them is headless
  const services = objects.filter(({ kind }) => kind === 'Service')
  const headless = services.find(({ spec }) => spec.clusterIP === 'None')!
  expect(set.serviceName).toBe(headless.metadata.name)
  for (const { spec } of services) expect(pod.metadata.labels).toMatchObject(spec.selector)
  // only OTLP may enter this pod
  const policy = oneOf(objects, 'NetworkPolicy').spec
  expect(pod.metadata.labels).toMatchObject(policy.podSelector.matchLabels)
  expect(policy.policyTypes).toEqual(['Ingress', 'Egress'])
  const [container] = pod.spec.containers
  const names = container.ports.map(({ name }) => name)
  expect(policy.ingress.flatMap(({ ports }) => ports.map(({ port }) => port))).toEqual(names)
  for (const { spec } of services) expect(spec.ports.map(({ targetPort }) => targetPort)).toEqual(names)
  // nothing is downloaded at start: the image has the program
  expect(container.image).toBe(`runspan:${VERSION}`)
  expect(container.command).toBeUndefined()
  expect(container.startupProbe).toMatchObject({ httpGet: { path: '/healthz' } })
  expect(container.env.filter(({ valueFrom }) => valueFrom !== undefined).map(({ name }) => name)).toEqual([
    'RUNSPAN_CLICKHOUSE_URL',
    'RUNSPAN_OTLP_TOKEN',
  ])
})
