import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { after, before, beforeEach, describe, it } from 'mocha'
import { diffSnapshots, showSnapshot, snapshotHistory } from '../../../packages/core/src/operations/diff-snapshots.ts'
import { acceptCapture, dropHeldCapture, heldCaptures } from '../../../packages/core/src/operations/held-captures.ts'
import { backup, byCode, resultOf } from '../../support/bench-runs.ts'
import { devicesOf, type FleetBench, openBench } from '../../support/fleet-bench.ts'

const execute = promisify(execFile)
const password = randomBytes(9).toString('base64url')
const hour = 3_600_000

const names = ['ios-1', 'eos-1', 'junos-1', 'dead-1']

function threePlatforms(): Promise<FleetBench> {
  const device = { accounts: [{ username: 'netops', password, privileged: true }], inventory: { realm: 'lab' } }
  return openBench({
    fleet: {
      devices: [
        { name: 'ios-1', platform: 'cisco_ios', ...device, configuration: { bytes: 8_000 } },
        { name: 'eos-1', platform: 'arista_eos', ...device, configuration: { bytes: 8_000, promptLikeLines: true } },
        { name: 'junos-1', platform: 'juniper_junos', ...device },
        { name: 'dead-1', platform: 'cisco_ios', ...device, faults: { dead: true } },
      ],
    },
    credentials: { core: { username: 'netops', password, match: 'all', realm: 'lab' } },
    netlatch: { realms: { lab: { kind: 'device', lockout_threshold: 'none' } }, backups: { startup: false } },
  })
}

async function git(bench: FleetBench, ...words: string[]): Promise<string> {
  const { stdout } = await execute('git', ['-C', join(bench.folder, 'backups.git'), ...words])
  return stdout.trim()
}

const commits = async (bench: FleetBench) => Number(await git(bench, 'rev-list', '--count', 'HEAD'))

describe('a backup', () => {
  let bench: FleetBench
  before(async () => {
    bench = await threePlatforms()
  })
  after(() => bench[Symbol.asyncDispose]())
  beforeEach(async () => {
    await bench.pass(hour)
    for (const name of names) await bench.fleet.setFaults(name, name === 'dead-1' ? { dead: true } : {})
  })

  it('keeps every whole configuration in one commit, beside a device that failed', async () => {
    const results = await backup(bench)
    assert.deepEqual(byCode(results), { FIRST: 3, REFUSED: 1 })
    assert.equal(await commits(bench), 1)
    assert.equal((await git(bench, 'ls-tree', '-r', '--name-only', 'HEAD')).split('\n').length, 3)
    assert.match(await git(bench, 'log', '-1', '--format=%B'), /Devices: 4\nFiles: 3/)
    assert.equal(await git(bench, 'fsck', '--no-dangling', '--strict'), '')
    const commit = await git(bench, 'rev-parse', 'HEAD')
    for (const result of results) if ('commit' in result) assert.equal(result.commit, commit)
    const text = await bench.use((netlatch) => showSnapshot(netlatch, 'ios-1'))
    assert.match(text, /^hostname ios-1$/m)
    assert.match(text, /<nl:[^>]+>/)
    for (const secret of bench.fleet.plantedSecrets('ios-1')) assert.ok(!text.includes(secret))
  })

  it('without changes makes no commit, and notes when the configuration was seen', async () => {
    const seenAt = () =>
      bench.use(async (netlatch) => (await (await netlatch.state()).lastSnapshots()).get('ios-1')?.seenAt.getTime())
    const before = await seenAt()
    assert.deepEqual(byCode(await backup(bench)), { UNCHANGED: 3, REFUSED: 1 })
    assert.equal(await commits(bench), 1)
    const after = await seenAt()
    assert.ok(before !== undefined && after !== undefined && after - before >= hour)
    assert.equal((await bench.use((netlatch) => snapshotHistory(netlatch, 'ios-1'))).length, 1)
  })

  it('of a changed device adds one commit, whose difference shows the change', async () => {
    bench.fleet.setConfiguration(
      'eos-1',
      bench.fleet.configuration('eos-1').replace(/^(hostname .*)$/m, '$1\n!\nip name-server 192.0.2.53'),
    )
    const results = await backup(bench)
    assert.deepEqual(byCode(results), { CHANGED: 1, UNCHANGED: 2, REFUSED: 1 })
    assert.equal(await commits(bench), 2)
    assert.deepEqual(resultOf(results, 'eos-1').details.added, 2)
    const diff = await bench.use((netlatch) => diffSnapshots(netlatch, 'eos-1'))
    assert.match(diff.text, /^\+ip name-server 192\.0\.2\.53$/m)
    assert.equal(diff.linesRemoved, 0)
    const [last, first] = await bench.use((netlatch) => snapshotHistory(netlatch, 'eos-1'))
    const back = await bench.use((netlatch) =>
      diffSnapshots(netlatch, 'eos-1', { from: last?.commit ?? '', to: first?.commit ?? '' }),
    )
    assert.match(back.text, /^-ip name-server 192\.0\.2\.53$/m)
    await assert.rejects(
      bench.use((netlatch) => diffSnapshots(netlatch, 'dead-1')),
      { code: 'NOT_FOUND' },
    )
    await assert.rejects(
      bench.use((netlatch) => diffSnapshots(netlatch, 'eos-1', { from: 'yesterday' })),
      { code: 'USAGE' },
    )
  })

  it('that was cut off is held; the good one stays, until the held one is dropped', async () => {
    const good = await bench.use((netlatch) => showSnapshot(netlatch, 'ios-1'))
    await bench.fleet.setFault('ios-1', { truncatesAt: 0.6 })
    const result = resultOf(await backup(bench), 'ios-1')
    assert.equal(result.code, 'CAPTURE_HELD')
    assert.match(String(result.details.reason), /cut off/)
    assert.equal(result.advice, 'netlatch backups held ios-1')
    assert.equal(await commits(bench), 2)
    assert.equal(await bench.use((netlatch) => showSnapshot(netlatch, 'ios-1')), good)
    const [held] = await bench.use((netlatch) => heldCaptures(netlatch))
    assert.equal(held?.device, 'ios-1')
    assert.ok(held?.lastGood)
    assert.match(held?.diff ?? '', /^-/m)
    assert.equal(await bench.use(async (netlatch) => (await devicesOf(netlatch, 'backup:held')).length), 1)
    await bench.use((netlatch) => dropHeldCapture(netlatch, 'ios-1'))
    assert.deepEqual(await bench.use((netlatch) => heldCaptures(netlatch)), [])
    await assert.rejects(
      bench.use((netlatch) => dropHeldCapture(netlatch, 'ios-1')),
      { code: 'NOT_FOUND' },
    )
    assert.equal(await git(bench, 'for-each-ref', 'refs/held/'), '')
    assert.equal(await bench.use((netlatch) => showSnapshot(netlatch, 'ios-1')), good)
  })

  it('that was held becomes the backup when a person accepts it', async () => {
    await bench.fleet.setFault('ios-1', { truncatesAt: 0.9 })
    assert.equal(resultOf(await backup(bench), 'ios-1').code, 'CAPTURE_HELD')
    const { commit } = await bench.use((netlatch) => acceptCapture(netlatch, 'ios-1'))
    assert.equal(commit, await git(bench, 'rev-parse', 'HEAD'))
    assert.equal(await commits(bench), 3)
    assert.deepEqual(await bench.use((netlatch) => heldCaptures(netlatch)), [])
    assert.doesNotMatch(await bench.use((netlatch) => showSnapshot(netlatch, 'ios-1')), /^end$/m)
    assert.equal(await git(bench, 'fsck', '--no-dangling', '--strict'), '')
    // The next whole one is good by itself.
    await bench.pass(hour)
    await bench.fleet.setFaults('ios-1', {})
    assert.equal(resultOf(await backup(bench), 'ios-1').code, 'CHANGED')
  })

  it('that is held night after night leaves the last five held captures, and no more in git', async () => {
    const rows = () =>
      bench.use(async (netlatch) => (await (await netlatch.state()).snapshots('eos-1', { held: true })).length)
    for (let night = 0; night < 7; night++) {
      await bench.fleet.setFault('eos-1', { truncatesAt: 0.3 + night / 20 })
      assert.equal(resultOf(await backup(bench, 'eos-1'), 'eos-1').code, 'CAPTURE_HELD')
      await bench.pass(hour)
    }
    assert.equal(await rows(), 5)
    assert.equal((await git(bench, 'for-each-ref', 'refs/held/eos-1')).split('\n').length, 5)
    await bench.use((netlatch) => dropHeldCapture(netlatch, 'eos-1'))
    assert.equal(await rows(), 0)
  })

  it('of a device that answers as another one is held', async () => {
    bench.fleet.setHostname('junos-1', 'junos-9')
    const result = resultOf(await backup(bench), 'junos-1')
    bench.fleet.setHostname('junos-1', 'junos-1')
    assert.equal(result.code, 'CAPTURE_HELD')
    assert.match(String(result.details.reason), /junos-9/)
    assert.match(await bench.use((netlatch) => showSnapshot(netlatch, 'junos-1')), /junos-1/)
  })

  it('that shrank suspiciously is held, passes when that is accepted, and when it comes twice', async () => {
    const whole = bench.fleet.configuration('eos-1')
    const sections = whole.split('\n!\n')
    const small = [...sections.slice(0, 3), ...sections.slice(-2)].join('\n!\n')
    const smaller = [...sections.slice(0, 2), ...sections.slice(-2)].join('\n!\n')
    bench.fleet.setConfiguration('eos-1', small)
    const held = resultOf(await backup(bench), 'eos-1')
    assert.equal(held.code, 'CAPTURE_HELD')
    assert.match(String(held.details.reason), /small|shr|size|%/i)
    await bench.pass(hour)
    assert.equal(resultOf(await backup(bench), 'eos-1').code, 'CHANGED')
    assert.deepEqual(await bench.use((netlatch) => heldCaptures(netlatch, 'eos-1')), [])
    bench.fleet.setConfiguration('eos-1', whole)
    await backup(bench, 'eos-1')
    bench.fleet.setConfiguration('eos-1', smaller)
    assert.equal(resultOf(await backup(bench, 'eos-1', { acceptShrink: true }), 'eos-1').code, 'CHANGED')
  })

  it('that shrank is not taken for the same twice by a run that began before it was held', async () => {
    const whole = bench.fleet.configuration('eos-1')
    const sections = whole.split('\n!\n')
    bench.fleet.setConfiguration('eos-1', [...sections.slice(0, 1), ...sections.slice(-2)].join('\n!\n'))
    await bench.pass(hour)
    const codeOf = async () => resultOf(await backup(bench, 'eos-1'), 'eos-1').code
    assert.equal(await codeOf(), 'CAPTURE_HELD')
    bench.clock.move(-60_000)
    assert.equal(await codeOf(), 'CAPTURE_HELD')
    bench.clock.move(120_000)
    assert.equal(await codeOf(), 'CHANGED')
    bench.fleet.setConfiguration('eos-1', whole)
    await backup(bench, 'eos-1')
  })

  it('whose session breaks off says so, and keeps the last good one', async () => {
    const before = await commits(bench)
    await bench.fleet.setFault('ios-1', { dropsAt: 0.5 })
    const result = resultOf(await backup(bench), 'ios-1')
    assert.equal(result.code, 'SESSION_LOST')
    assert.equal(await commits(bench), before)
    assert.match(await bench.use((netlatch) => showSnapshot(netlatch, 'ios-1')), /^hostname ios-1$/m)
  })

  it('leaves what it knows of the login on record, whatever became of the configuration', async () => {
    await bench.fleet.setFault('ios-1', { truncatesAt: 0.5 })
    await backup(bench)
    const record = await bench.use(async (netlatch) => (await (await netlatch.state()).devices()).get('ios-1'))
    assert.deepEqual([record?.code, record?.credential, record?.privilege], ['OPENED', 'core', 'privileged'])
    const attention = await bench.use((netlatch) => devicesOf(netlatch, '@failed'))
    assert.deepEqual(
      attention.map(({ name }) => name),
      ['ios-1', 'dead-1'],
    )
  })
})
