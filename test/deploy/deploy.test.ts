import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

import { expect, test } from 'vitest'
import { parse } from 'yaml'

import { dashboards } from './grafana-dashboards.ts'

/* Checks the files of compose and Grafana where neither runs, by the files and names that they refer to. */

const DEPLOY = fileURLToPath(new URL('../../deploy', import.meta.url))
const read = (file: string): string => readFileSync(join(DEPLOY, file), 'utf8')

interface Service {
  readonly image: string
  readonly volumes?: readonly string[]
  readonly depends_on?: Readonly<Record<string, unknown>>
}

test('compose: what it refers to is there, versions are pinned, secrets are asked for', () => {
  const text = read('compose/compose.yaml')
  const { services, volumes } = parse(text) as {
    services: Record<string, Service>
    volumes: Record<string, unknown>
  }
  for (const { image, volumes: mounted = [], depends_on: before = {} } of Object.values(services)) {
    expect(image).toMatch(/:\d/)
    for (const name of Object.keys(before)) expect(Object.keys(services)).toContain(name)
    const sources = mounted.map((mount) => mount.split(':')[0]!)
    const missing = sources.filter((source) =>
      source.startsWith('.') ? !existsSync(resolve(DEPLOY, 'compose', source)) : !(source in volumes),
    )
    expect(missing).toEqual([])
  }
  const asked = [...text.matchAll(/\$\{(\w+):\?/g)].map(([, name]) => name)
  const example = read('compose/.env.example')
  expect(asked.filter((name) => !example.includes(`${name}=`))).toEqual([])
  // the values that the collector's configuration requires are set
  const configuration = readFileSync(join(dirname(DEPLOY), 'collector-config/tee.yaml'), 'utf8')
  const wanted = [...configuration.matchAll(/\$\{env:(\w+)\}/g)].map(([, name]) => name!)
  const given = (services['collector'] as unknown as { environment: Record<string, string> }).environment
  expect(wanted.filter((name) => !(name in given))).toEqual([])
})

test('compose: no reading service logs in as a user who may write or create users', () => {
  const { services } = parse(read('compose/compose.yaml')) as { services: Record<string, { environment?: object }> }
  expect(services['clickhouse']!.environment).toMatchObject({ CLICKHOUSE_DEFAULT_ACCESS_MANAGEMENT: 0 })
  expect(Object.keys(services['grafana']!.environment!)).not.toContain('CLICKHOUSE_PASSWORD')
  const { datasources } = parse(read('grafana/provisioning/datasources/clickhouse.yaml')) as {
    datasources: { jsonData: { username: string }; secureJsonData: { password: string } }[]
  }
  expect(datasources[0]).toMatchObject({
    jsonData: { username: 'runspan_reader' },
    secureJsonData: { password: '$CLICKHOUSE_READER_PASSWORD' },
  })
  expect(Object.keys(services['grafana']!.environment!)).toContain('CLICKHOUSE_READER_PASSWORD')
})

test('grafana: the data source has the id that dashboards name', () => {
  const { datasources } = parse(read('grafana/provisioning/datasources/clickhouse.yaml')) as {
    datasources: { uid: string; type: string }[]
  }
  expect(datasources).toMatchObject([{ uid: 'runspan', type: 'grafana-clickhouse-datasource' }])
  const { providers } = parse(read('grafana/provisioning/dashboards/runspan.yaml')) as {
    providers: { options: { path: string } }[]
  }
  expect(providers[0]!.options.path).toBe('/var/lib/grafana/dashboards')
  expect(readdirSync(join(DEPLOY, 'grafana'))).toContain('dashboards')
})

test('grafana: the address of Jaeger is set in one place, and nothing but an address', async () => {
  const { services } = parse(read('compose/compose.yaml')) as {
    services: Record<string, { entrypoint: string[]; environment: Record<string, string> }>
  }
  const { entrypoint, environment } = services['grafana']!
  expect(environment).toHaveProperty('JAEGER_URL')
  const copied = mkdtempSync(join(tmpdir(), 'runspan-dashboards-'))
  const [program, ...args] = entrypoint.map((word) =>
    word
      .replace('/etc/runspan/', join(DEPLOY, 'grafana/'))
      .replace('/var/lib/grafana/dashboards', copied)
      .replace('exec /run.sh', 'true'),
  )
  const copy = (JAEGER_URL: string): { status: number | null; stderr: string } =>
    spawnSync(program!, args, { encoding: 'utf8', env: { ...process.env, JAEGER_URL } })
  try {
    expect(copy('https://jaeger.example.com/ui/')).toMatchObject({ status: 0, stderr: '' })
    const made = await dashboards()
    expect(readdirSync(copied).toSorted()).toEqual(
      Object.keys(made)
        .map((name) => `${name}.json`)
        .toSorted(),
    )
    for (const [name, dashboard] of Object.entries(made)) {
      const text = readFileSync(join(copied, `${name}.json`), 'utf8')
      const wanted = JSON.stringify(dashboard).replace('http://localhost:16686', 'https://jaeger.example.com/ui')
      expect(JSON.parse(text)).toEqual(JSON.parse(wanted))
      expect(text).not.toContain('localhost')
    }
    for (const none of ['javascript:alert(1)', 'http://a"b', 'http://a#b', 'jaeger:16686']) {
      expect(copy(none)).toMatchObject({ status: 2, stderr: expect.stringContaining('JAEGER_URL') })
    }
  } finally {
    rmSync(copied, { recursive: true })
  }
})
