import { bottlenecks, changePoints, flakyTasks, regressions, runCost } from '@runspan/analytics'

import { progress, QUICK } from './measure.mjs'
import { startServer } from './server.mjs'

/*
 * Measures how often statistical questions give false alarms, and how often they find a real change: `node
 * test/bench/false-alarms.mjs [draws] [part]` after a build. Every draw is a workflow of its own, written directly into the
 * tables; durations are lognormal, outcomes independent, unless stated otherwise. Prints rates, not times. The figures of
 * docs/questions.md come from here.
 */

const DRAWS = QUICK ? 50 : Number(process.argv[2] ?? 1000)
/** All parts, or one of them by name. */
const ONLY = process.argv[3]
const TASKS = 20
const DAY = 86_400
const today = Math.floor(Date.now() / 86_400_000) * DAY

const uniform = (...what) => `((cityHash64(${what.join(', ')}) % 1000003 + 0.5) / 1000003)`
const normal = (...what) =>
  `(sqrt(-2 * log(${uniform(...what, "'p'")})) * cos(6.283185307 * ${uniform(...what, "'q'")}))`

/**
 * Inserts attempts of `draws` workflows × tasks × days × runs. `sigma`: of the logarithms; `daySigma`: of days as a whole;
 * `factor`: how much longer the first task of each workflow takes from day `from` on; `rate`, `rateThen`: failure rates, the
 * latter of the first task from that day on; `outage`: share of the runs of day `from` in which the first task fails.
 */
async function fill(
  clickhouse,
  name,
  {
    draws = DRAWS,
    tasks = TASKS,
    days,
    aDay,
    sigma = 0.5,
    daySigma = 0,
    from = 1e6,
    factor = 1,
    rate = 0,
    rateThen = rate,
    outage = 0,
  },
) {
  await clickhouse.command(
    `INSERT INTO workflow_tasks (workflow, node_id, start, run_id, task_id, attempt, status, duration_ns, version, error_type, error_message, error_key, dependencies, ver)
    SELECT concat({name:String}, '-', toString(draw)) AS workflow, concat('n', toString(task)) AS node_id,
      fromUnixTimestamp64Nano(toInt64(({today:Int64} - {days:Int64} * 86400 + day * 86400 + i * intDiv(80000, {aDay:Int64})) * 1000000000 + task * 1000000000 * 4 + cityHash64(draw, day, i) % 1000000000), 'UTC') AS start,
      concat(workflow, '-', toString(day), '-', toString(i)) AS run_id, concat(run_id, node_id) AS task_id, 1 AS attempt,
      if(${uniform('draw', 'task', 'day', 'i', '{name:String}', "'f'")} < multiIf(task = 0 AND day = {from:Int64} AND {outage:Float64} > 0, {outage:Float64}, task = 0 AND day >= {from:Int64}, {rateThen:Float64}, {rate:Float64}), 'failed', 'completed') AS status,
      toUInt64(2e9 * exp({sigma:Float64} * ${normal('draw', 'task', 'day', 'i', '{name:String}')} + {daySigma:Float64} * ${normal('draw', 'task', 'day', '{name:String}')}) * if(task = 0 AND day >= {from:Int64}, {factor:Float64}, 1)) AS duration_ns,
      '1' AS version, if(status = 'failed', 'E', '') AS error_type, '' AS error_message, 0 AS error_key, if(task = 0, [], [concat('n', toString(task - 1))]) AS dependencies, toUInt64(2) << 60 AS ver
    FROM (SELECT number % {draws:Int64} AS draw, intDiv(number, {draws:Int64}) % {tasks:Int64} AS task, intDiv(number, {draws:Int64} * {tasks:Int64}) % {days:Int64} AS day, intDiv(number, {draws:Int64} * {tasks:Int64} * {days:Int64}) AS i
      FROM numbers({draws:Int64} * {tasks:Int64} * {days:Int64} * {aDay:Int64}))`.replace(
      'toUInt64(2) << 60',
      'bitShiftLeft(toUInt64(2), 60)',
    ),
    { name, today, draws, tasks, days, aDay, sigma, daySigma, from, factor, rate, rateThen, outage },
  )
}

const at = (day) => new Date((today + day * DAY) * 1000)

/** Compares two weeks; returns how many answers have an error, and how often the first task is named. */
async function judge(clickhouse, name, options) {
  await fill(clickhouse, name, { days: 14, from: 7, ...options })
  let [slower, failing, found, foundFailing] = [0, 0, 0, 0]
  for (let draw = 0; draw < DRAWS; draw++) {
    const { durations, failures } = await regressions(clickhouse, {
      workflow: `${name}-${draw}`,
      baseline: { from: at(-14), to: at(-7) },
      candidate: { from: at(-7), to: at(0) },
    })
    const changed = durations.filter(({ verdict }) => verdict !== 'same')
    const failed = failures.filter(({ verdict }) => verdict !== 'same')
    if (changed.some(({ nodeId }) => nodeId !== 'n0') || (changed.length > 0 && (options.factor ?? 1) === 1)) slower++
    if (failed.some(({ nodeId }) => nodeId !== 'n0') || (failed.length > 0 && options.rateThen === undefined)) failing++
    if (changed.some(({ nodeId }) => nodeId === 'n0')) found++
    if (failed.some(({ nodeId }) => nodeId === 'n0')) foundFailing++
  }
  return { slower, failing, found, foundFailing }
}

const percent = (count, of = DRAWS) => `${((100 * count) / of).toFixed(1)} %`
const say = (text) => process.stdout.write(`${text}\n`)

/** Rates without a change. */
async function calmRates(clickhouse) {
  const calm = [
    ['5 runs a day, sigma 0.5, 2 % fail', { aDay: 5, rate: 0.02 }],
    ['5 runs a day, sigma 0.25, 10 % fail', { aDay: 5, sigma: 0.25, rate: 0.1 }],
    ['40 runs a day, sigma 0.5, 5 % fail', { aDay: 40, rate: 0.05, tasks: 8 }],
    ['40 runs a day, days differ by 5 %', { aDay: 40, rate: 0.05, daySigma: 0.05, tasks: 8 }],
    ['40 runs a day, days differ by 10 %', { aDay: 40, rate: 0.05, daySigma: 0.1, tasks: 8 }],
  ]
  for (const [i, [words, options]] of calm.entries()) {
    const { slower, failing } = await judge(clickhouse, `calm${i}`, options)
    say(
      `regressions, nothing changed, ${words}: an answer with a duration wrongly ${percent(slower)}, with a failure rate wrongly ${percent(failing)}`,
    )
  }
}

/** Rates with a change. */
async function powerRates(clickhouse) {
  const outage = await judge(clickhouse, 'outage', { aDay: 40, tasks: 8, rate: 0.01, outage: 0.5 })
  say(
    `regressions, one day on which half of the runs fail: named as failing more often ${percent(outage.foundFailing)}`,
  )
  for (const [words, options] of [
    ['5 runs a day, 20 tasks, 2 to 10 % fail', { aDay: 5, rate: 0.02, rateThen: 0.1 }],
    ['5 runs a day, 20 tasks, 2 to 25 % fail', { aDay: 5, rate: 0.02, rateThen: 0.25 }],
    ['40 runs a day, 8 tasks, 2 to 10 % fail', { aDay: 40, tasks: 8, rate: 0.02, rateThen: 0.1 }],
    ['40 runs a day, 8 tasks, 1 to 3 % fail', { aDay: 40, tasks: 8, rate: 0.01, rateThen: 0.03 }],
    ['5 runs a day, 20 tasks, sigma 0.25, 30 % longer', { aDay: 5, sigma: 0.25, factor: 1.3 }],
    ['40 runs a day, 8 tasks, sigma 0.5, 20 % longer', { aDay: 40, tasks: 8, factor: 1.2 }],
  ]) {
    const { found, foundFailing } = await judge(clickhouse, `found${words.replaceAll(/\W/g, '')}`, options)
    say(`regressions, ${words}: found ${percent(options.factor === undefined ? foundFailing : found)}`)
  }
}

async function changePointRates(clickhouse) {
  for (const [name, words, options] of [
    ['steady', 'nothing changed, days differ by 10 %', { daySigma: 0.1 }],
    ['step', '25 % longer from day 40 on, days differ by 10 %', { daySigma: 0.1, factor: 1.25, from: 40 }],
  ]) {
    await fill(clickhouse, name, { tasks: 2, days: 60, aDay: 8, sigma: 0.3, ...options })
    let [wrong, found] = [0, 0]
    for (let draw = 0; draw < DRAWS; draw++) {
      const points = await changePoints(clickhouse, { workflow: `${name}-${draw}`, of: 'tasks' })
      if (points.some(({ nodeId }) => nodeId === 'n1')) wrong++
      const distance = points
        .filter(({ nodeId }) => nodeId === 'n0')
        .map(({ day }) => Math.abs((Date.parse(day) / 1000 - today) / DAY + 20))
      if (distance.some((days) => days <= 3)) found++
    }
    say(
      `change points, ${words}: unchanged series with one ${percent(wrong)}${options.factor === undefined ? '' : `, found within 3 days ${percent(found)}`}`,
    )
  }
}

async function flakyRates(clickhouse) {
  for (const [name, words, options] of [
    ['rare', 'each of 300 runs fails with 0.3 %', { rate: 0.003 }],
    ['times', 'each of 300 runs fails with 3 %', { rate: 0.003, rateThen: 0.03, from: 0 }],
    ['block', 'one day of 30 on which all runs fail', { outage: 1, from: 12 }],
    ['broken', 'every run fails', { rateThen: 1, from: 0 }],
  ]) {
    await fill(clickhouse, name, { tasks: 2, days: 30, aDay: 10, ...options })
    let [first, second] = [0, 0]
    for (let draw = 0; draw < DRAWS; draw++) {
      const tasks = await flakyTasks(clickhouse, { workflow: `${name}-${draw}` })
      if (tasks.some(({ nodeId }) => nodeId === 'n0')) first++
      if (tasks.some(({ nodeId }) => nodeId === 'n1')) second++
    }
    say(`flaky, ${words}: called flaky ${percent(name === 'rare' ? second : first)}`)
  }
}

/** A chain of equal tasks: none is a bottleneck, and with ten of them each has a tenth of the path. */
async function bottleneckRates(clickhouse) {
  for (const [sigma, tasks] of [0.25, 0.5, 0.7].flatMap((value) => [5, 10].map((count) => [value, count]))) {
    const name = `chain${sigma * 100}x${tasks}`
    const draws = Math.ceil(DRAWS / 10)
    await fill(clickhouse, name, { draws, tasks, days: 7, aDay: 15, sigma })
    // runs that have ended, according to their tasks
    await clickhouse.command(
      `INSERT INTO workflow_runs (run_id, run_key, engine, workflow, state, own_start, own_end, first_task, last_task, last_seen)
      SELECT run_id, run_id, 'runspan', any(workflow), bitOr(bitShiftLeft(toUInt64(3), 62), 3), min(start), max(start) + INTERVAL 1 MINUTE, min(start), max(start) + INTERVAL 1 MINUTE, max(start)
      FROM workflow_tasks WHERE startsWith(workflow, {name:String}) GROUP BY run_id`,
      { name: `${name}-` },
    )
    const [counts, all] = [{}, { listed: 0, flagged: 0 }]
    for (let draw = 0; draw < draws; draw++) {
      const answer = await bottlenecks(clickhouse, { workflow: `${name}-${draw}` })
      all.listed += answer.bottlenecks.length
      all.flagged += answer.slowerThanP90.length
      for (const { causes } of answer.bottlenecks)
        for (const { reason } of causes) counts[reason] = (counts[reason] ?? 0) + 1
    }
    const reasons = Object.entries(counts).map(([reason, count]) => `${reason} ${percent(count, draws * tasks)}`)
    say(
      `bottlenecks, ${tasks} alike tasks in a chain, sigma ${sigma}: listed ${percent(all.listed, draws * tasks)}, with a reason: ${reasons.join(', ') || 'none'}; by the rule of the 90th percentile ${percent(all.flagged, draws * tasks)}`,
    )
  }
}

/**
 * Memory that is known at every moment: a process of 100 MB that holds 300 MB for a while, with four concurrent tasks.
 */
async function memoryRates(clickhouse) {
  const ratios = []
  for (let draw = 0; draw < Math.min(50, DRAWS); draw++) {
    const id = `memory-${draw}`
    const begin = today - DAY + draw * 600
    const length = 60 + ((draw * 37) % 120)
    const high = [0.3 * length, 0.7 * length]
    await clickhouse.command(
      `INSERT INTO workflow_runs (run_id, run_key, engine, workflow, state, own_start, own_end, first_task, last_task, last_seen, service, instance)
      SELECT {id:String}, {id:String}, 'runspan', 'memory', bitOr(bitShiftLeft(toUInt64(3), 62), 3), toDateTime64({begin:Float64}, 9, 'UTC'), toDateTime64({end:Float64}, 9, 'UTC'), toDateTime64({begin:Float64}, 9, 'UTC'), toDateTime64({end:Float64}, 9, 'UTC'), toDateTime64({end:Float64}, 9, 'UTC'), 'memory', {id:String}`,
      { id, begin, end: begin + length },
    )
    await clickhouse.command(
      `INSERT INTO workflow_tasks (workflow, node_id, start, run_id, task_id, attempt, status, duration_ns, memory_peak_bytes, concurrency, ver)
      SELECT 'memory', concat('n', toString(number)), toDateTime64({begin:Float64} + number * {length:Float64} * 0.05, 9, 'UTC'), {id:String}, concat({id:String}, toString(number)), 1, 'completed', toUInt64({length:Float64} * 0.8e9), 300000000, 4, 1 FROM numbers(4)`,
      { id, begin, length },
    )
    await clickhouse.command(
      `INSERT INTO otel_metrics_gauge (ServiceName, MetricName, ResourceAttributes, TimeUnix, Value)
      SELECT 'memory', 'process.memory.usage', map('service.instance.id', {id:String}), toDateTime({begin:Int64} + number), if(number >= {from:Float64} AND number < {to:Float64}, 300e6, 100e6) FROM numbers({count:UInt64})`,
      { id, begin, from: high[0], to: high[1], count: length + 1 },
    )
    const busy = 0.95 * length
    const truth = (100e6 * busy + 200e6 * (high[1] - high[0])) / 1e9
    const { gigabyteSeconds, memoryFrom, tasks } = await runCost(clickhouse, { runId: id })
    if (memoryFrom !== 'samples') throw new Error(`memory from ${memoryFrom}`)
    const bound = tasks.reduce((sum, task) => sum + task.gigabyteSeconds, 0)
    ratios.push({ samples: gigabyteSeconds / truth, bound: bound / truth })
  }
  const worst = Math.max(...ratios.map(({ samples }) => Math.abs(samples - 1)))
  const bounds = ratios.map(({ bound }) => bound).sort((a, b) => a - b)
  say(
    `cost of a run: its memory from samples of a second is off by ${(100 * worst).toFixed(1)} % at most; the sum of its tasks' peaks by their parts is ${bounds[Math.floor(bounds.length / 2)].toFixed(2)} times the truth`,
  )
}

const { clickhouse, stop } = await startServer()
try {
  await clickhouse.command('SYSTEM STOP VIEW workflow_task_stats_mv')
  const parts = { memoryRates, bottleneckRates, flakyRates, changePointRates, calmRates, powerRates }
  for (const [name, work] of Object.entries(parts)) {
    if (ONLY !== undefined && name !== ONLY) continue
    progress(`false alarms: ${name}, ${DRAWS} draws`)
    await work(clickhouse)
  }
} finally {
  await stop()
}
