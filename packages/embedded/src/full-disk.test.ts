import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'

import { expect, onTestFinished, test } from 'vitest'

import { EmbeddedError, startEmbedded } from './index.ts'
import { asOwner, ask, describeWithEngine, needsEngine, query, testDataDir } from './test-server.ts'

/** Returns a disk of a few megabytes; null without the right to mount. */
function smallDisk(megabytes: number): string | null {
  const folder = testDataDir()
  try {
    execFileSync('/bin/mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m`, 'tmpfs', folder], { stdio: 'pipe' })
  } catch {
    return null
  }
  onTestFinished(() => void execFileSync('/bin/umount', ['-l', folder]))
  return folder
}

describeWithEngine(`a disk without space${needsEngine}`, () => {
  test('is printed at the start', async (context) => {
    const disk = smallDisk(1)
    if (disk === null) return context.skip('needs the right to mount')
    expect(() => writeFileSync(join(disk, 'filler'), Buffer.alloc(2_000_000))).toThrow('ENOSPC')
    const dataDir = join(disk, '.runspan')
    const outcome = await startEmbedded({ dataDir }).catch((error: unknown) => error)
    expect(outcome).toBeInstanceOf(EmbeddedError)
    expect((outcome as EmbeddedError).code).toBe('DISK_FULL')
    expect((outcome as EmbeddedError).message).toContain(dataDir)
  })

  test('refuses inserts and keeps what was acknowledged', async (context) => {
    const dataDir = smallDisk(40)
    if (dataDir === null) return context.skip('needs the right to mount')
    const server = await startEmbedded({ dataDir })
    onTestFinished(() => server.stop())
    await query(server, 'CREATE TABLE runspan.t (a UInt64, s String CODEC(NONE)) ENGINE = MergeTree ORDER BY a')
    await query(server, 'SYSTEM STOP MERGES runspan.t')
    let acknowledged = 0
    let refusal = null
    for (let batch = 0; batch < 50 && refusal === null; batch++) {
      const insert = `INSERT INTO runspan.t SELECT ${batch * 20_000} + number, randomPrintableASCII(60) FROM numbers(20000)`
      const answer = await ask(server, insert, asOwner(server))
      if (answer.ok) acknowledged += 20_000
      else refusal = answer.errorNumber
    }
    expect(refusal).toBe(243)
    expect(acknowledged).toBeGreaterThan(0)
    expect(await query(server, 'SELECT count(), uniqExact(a) FROM runspan.t')).toBe(`${acknowledged}\t${acknowledged}`)
    await query(server, 'DROP TABLE runspan.t SYNC')
    await query(server, 'CREATE TABLE runspan.t (a UInt64, s String) ENGINE = MergeTree ORDER BY a')
    await query(server, "INSERT INTO runspan.t VALUES (1, 'room again')")
    expect(await query(server, 'SELECT s FROM runspan.t')).toBe('room again')
  })
})
