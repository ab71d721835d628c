import { afterAll, beforeAll, expect, test } from 'vitest'

import { storeRuns, type RunModel } from '../e2e/records.ts'
import { startTestServer, type TestServer } from '../servers/clickhouse.ts'
import { expanded } from './expanded-sql.ts'
import { dashboards } from './grafana-dashboards.ts'

/* The dashboards match their questions (`vitest -u` updates them), and every panel's SQL runs. */

const RANGE = { from: new Date('2026-11-19'), to: new Date('2026-11-22') }

let at: TestServer
beforeAll(async () => {
  at = await startTestServer()
  const models = Array.from({ length: 60 }, (_, i): RunModel => ({
    id: `shown-${i}`,
    workflow: 'shown',
    start: i * 1000,
    end: 900,
    status: i % 3 === 0 ? 'failed' : 'completed',
    tasks: [
      {
        node: 'load',
        attempt: 1,
        start: 0,
        end: 400,
        queue: 0,
        status: i % 3 === 0 ? 'failed' : 'completed',
        dependencies: [],
      },
    ],
  }))
  await storeRuns(at, models, 1)
  // samples of a process, as host metrics record them
  await at.clickhouse.command(
    `INSERT INTO otel_metrics_gauge (ServiceName, MetricName, TimeUnix, Value) SELECT 'app', 'process.memory.usage', toDateTime('2026-11-20 00:00:00') + number, 1e8 + number FROM numbers(60)`,
  )
  await at.clickhouse.command(
    `INSERT INTO otel_metrics_sum (ServiceName, MetricName, TimeUnix, Value) SELECT 'app', 'process.cpu.time', toDateTime('2026-11-20 00:00:00') + number, number / 2 FROM numbers(60)`,
  )
})
afterAll(() => at.stop())

test.each(['overview', 'workflow', 'failures', 'run', 'resources'])('%s', async (name) => {
  const made = (await dashboards())[name]!
  await expect(`${JSON.stringify(made, null, 2)}\n`).toMatchFileSnapshot(`../../deploy/grafana/dashboards/${name}.json`)
  const panels = made.panels as unknown as { title: string; type: string; targets: { rawSql: string }[] }[]
  for (const { title, type, targets } of panels) {
    const { rawSql } = targets[0]!
    // macros in comments are expanded too
    expect(rawSql, title).not.toContain('--')
    for (const workflow of ['', 'shown']) {
      const sql = expanded(rawSql, { ...RANGE, workflow, run: 'shown-4' })
      expect(sql, title).not.toMatch(/\$\{?__|\{\w+:/)
      const rows = await at.clickhouse.query<Record<string, unknown>>(sql)
      expect(rows.length, `${title}\n${sql}`).toBeGreaterThan(0)
      // a question may count first, and a table of that has one column
      const least = type === 'table' ? 2 : 1
      expect(Object.keys(rows[0]!).length, `${title}\n${sql}`).toBeGreaterThanOrEqual(least)
    }
  }
})

interface Linked {
  readonly title: string
  readonly targets: readonly { readonly rawSql: string; readonly datasource: { readonly uid: string } }[]
  readonly fieldConfig: {
    readonly overrides: readonly {
      readonly matcher: { readonly options: string }
      readonly properties: readonly { readonly value: readonly { readonly url: string }[] }[]
    }[]
  }
}

test('links: of columns that are there, to dashboards and variables that are there, with any data source', async () => {
  const all = Object.values(await dashboards())
  const named = new Map(
    all.map(({ uid, templating }) => [uid, (templating!.list ?? []).map(({ name }) => name)] as const),
  )
  const targets = new Set<string>()
  for (const { uid, panels } of all) {
    expect(named.get(uid)).toEqual(expect.arrayContaining(['datasource', 'jaeger']))
    for (const { targets: asked, fieldConfig, title } of panels as unknown as Linked[]) {
      expect(asked[0]!.datasource.uid, title).toBe('${datasource}')
      const sql = expanded(asked[0]!.rawSql, { ...RANGE, workflow: '', run: 'shown-4' })
      const [row] = await at.clickhouse.query<Record<string, unknown>>(sql)
      for (const { matcher, properties } of fieldConfig.overrides) {
        expect(Object.keys(row!), title).toContain(matcher.options)
        const { url } = properties[0]!.value[0]!
        const [, target, variable] = /^\/d\/([\w-]+)\?var-(\w+)=/.exec(url) ?? []
        const leads =
          target === undefined ? url === '${jaeger}/trace/${__value.raw}' : named.get(target)?.includes(variable!)
        expect(leads, url).toBe(true)
        targets.add(`${title} ${target ?? 'jaeger'}`)
      }
    }
  }
  expect([...targets]).toEqual(expect.arrayContaining(['Latest runs runspan-run', 'Latest runs jaeger']))
})

test('the latest 50 runs are 50, the newest first', async () => {
  const { panels } = (await dashboards())['overview']!
  const latest = (panels as unknown as Linked[]).find(({ title }) => title === 'Latest runs')!
  const rows = await at.clickhouse.query<{ run: string; trace: string }>(
    expanded(latest.targets[0]!.rawSql, { ...RANGE, workflow: 'shown', run: '' }),
  )
  expect(rows.map(({ run }) => run)).toEqual(Array.from({ length: 50 }, (_, i) => `shown-${59 - i}`))
  for (const { trace } of rows) expect(trace).toMatch(/^[\da-f]{32}$/)
})
