import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { describe, it } from 'mocha'
import { diffSnapshots, showSnapshot } from '../../../packages/core/src/operations/diff-snapshots.ts'
import { acceptCapture, heldCaptures } from '../../../packages/core/src/operations/held-captures.ts'
import { searchBackups } from '../../../packages/core/src/operations/search-backups.ts'
import type { ProgressEvent } from '../../../packages/core/src/progress.ts'
import { sealedMark } from '../../../packages/core/src/vault/age-sealed-text.ts'
import { generateIdentity } from '../../../packages/core/src/vault/age-wrap.ts'
import { addRecipient } from '../../../packages/core/src/vault/edit-recipients.ts'
import { backup, byCode } from '../../support/bench-runs.ts'
import { type FleetBench, openBench } from '../../support/fleet-bench.ts'

const execute = promisify(execFile)
const password = randomBytes(9).toString('base64url')
const hour = 3_600_000

type Mode = 'fingerprint' | 'sealed' | 'raw'
const realms = { lab: { kind: 'device', lockout_threshold: 'none' } }

function benchOf(redaction: Mode): Promise<FleetBench> {
  const device = { accounts: [{ username: 'netops', password, privileged: true }], inventory: { realm: 'lab' } }
  return openBench({
    fleet: {
      devices: [
        { name: 'ios-1', platform: 'cisco_ios', ...device },
        { name: 'eos-1', platform: 'arista_eos', ...device },
      ],
    },
    credentials: { core: { username: 'netops', password, match: 'all', realm: 'lab' } },
    netlatch: { realms, backups: { redaction } },
  })
}

/** From the next start on. */
function switchTo(bench: FleetBench, redaction: Mode): Promise<void> {
  return writeFile(join(bench.folder, 'netlatch.yaml'), JSON.stringify({ realms, backups: { redaction } }))
}

/** Every object of the archive, the unreachable ones too, and every other file in it. */
async function everyByte(bench: FleetBench): Promise<string> {
  const repository = join(bench.folder, 'backups.git')
  const { stdout } = await execute('git', ['-C', repository, 'cat-file', '--batch-all-objects', '--batch'], {
    maxBuffer: 1 << 28,
    encoding: 'latin1',
  })
  return stdout
}

const secretsIn = (bench: FleetBench, text: string) =>
  ['ios-1', 'eos-1'].flatMap((name) => bench.fleet.plantedSecrets(name)).filter((secret) => text.includes(secret))
const files = async (bench: FleetBench) =>
  (await execute('git', ['-C', join(bench.folder, 'backups.git'), 'ls-tree', '-r', '--name-only', 'HEAD'])).stdout
    .trim()
    .split('\n')
const show = (bench: FleetBench, raw: boolean, env = bench.env) =>
  bench.open(env).then(async (netlatch) => {
    await using _ = netlatch
    return await showSnapshot(netlatch, 'ios-1', { raw })
  })

describe('the secrets in configurations', () => {
  it('are replaced by default: what is stored cannot give them back', async () => {
    await using bench = await benchOf('fingerprint')
    assert.deepEqual(byCode(await backup(bench)), { FIRST: 2 })
    assert.deepEqual(secretsIn(bench, await everyByte(bench)), [])
    await assert.rejects(show(bench, true), { code: 'NOT_FOUND', message: /stored without its secrets/ })
    // The look finds one that is there.
    const [planted = ''] = bench.fleet.plantedSecrets('ios-1')
    await writeFile(join(bench.folder, 'leak'), planted)
    await execute('git', ['-C', join(bench.folder, 'backups.git'), 'hash-object', '-w', join(bench.folder, 'leak')])
    assert.deepEqual(secretsIn(bench, await everyByte(bench)), [planted])
  })

  it('that are sealed lie encrypted beside the text without them, for the recipients of the vault alone', async () => {
    await using bench = await benchOf('sealed')
    assert.deepEqual(byCode(await backup(bench)), { FIRST: 2 })
    assert.deepEqual(secretsIn(bench, await everyByte(bench)), [])
    assert.deepEqual(
      await files(bench),
      ['_/eos-1+startup.cfg', '_/eos-1.cfg', '_/ios-1+startup.cfg', '_/ios-1.cfg'].flatMap((one) => [
        one,
        `${one}.age`,
      ]),
    )
    assert.match(await show(bench, false), /<nl:[\w-]+>/)
    const raw = await show(bench, true)
    for (const secret of bench.fleet.plantedSecrets('ios-1')) assert.ok(raw.includes(secret))
    assert.doesNotMatch(raw, /<nl:/)
    const { identity } = await generateIdentity()
    await assert.rejects(show(bench, true, { NETLATCH_IDENTITY: identity }), { code: 'VAULT_LOCKED' })
    assert.match(await show(bench, false, { NETLATCH_IDENTITY: identity }), /<nl:[\w-]+>/)
  })

  it('that are sealed make no commit while nothing changes, and are sealed anew when the recipients do', async () => {
    await using bench = await benchOf('sealed')
    await backup(bench)
    const sealed = () => bench.use(async (netlatch) => (await (await netlatch.archive()).read('_/ios-1.cfg.age'))?.text)
    const before = (await sealed()) ?? ''
    await bench.pass(hour)
    const again = await backup(bench)
    assert.deepEqual(byCode(again), { UNCHANGED: 2 })
    assert.equal(await sealed(), before)
    const colleague = await generateIdentity()
    await bench.use(async (netlatch) => {
      const changed = await addRecipient(await netlatch.vault(), { name: 'jo', age: colleague.recipient })
      changed.close()
    })
    await bench.pass(hour)
    assert.deepEqual(byCode(await backup(bench)), { UNCHANGED: 2 })
    assert.notEqual(sealedMark((await sealed()) ?? ''), sealedMark(before))
    const raw = await show(bench, true, { NETLATCH_IDENTITY: colleague.identity })
    for (const secret of bench.fleet.plantedSecrets('ios-1')) assert.ok(raw.includes(secret))
  })

  it('of a held capture are sealed with it, and stay so when it is accepted', async () => {
    await using bench = await benchOf('sealed')
    await backup(bench)
    await bench.pass(hour)
    await bench.fleet.setFault('ios-1', { truncatesAt: 0.9 })
    assert.equal(byCode(await backup(bench, 'ios-1')).CAPTURE_HELD, 1)
    const [held] = await bench.use((netlatch) => heldCaptures(netlatch))
    assert.deepEqual(secretsIn(bench, held?.diff ?? ''), [])
    await bench.use((netlatch) => acceptCapture(netlatch, 'ios-1'))
    assert.deepEqual(secretsIn(bench, await everyByte(bench)), [])
    const raw = await show(bench, true)
    assert.doesNotMatch(raw, /^end$/m)
    assert.match(raw, /^hostname ios-1$/m)
    const kept = await bench.use(async (netlatch) => (await netlatch.archive()).repository)
    const refs = await execute('git', ['-C', kept, 'for-each-ref', 'refs/held/'])
    assert.equal(refs.stdout, '')
  })

  it('stay in clear where that is written down, and nowhere before or after', async () => {
    await using bench = await benchOf('fingerprint')
    await backup(bench)
    await switchTo(bench, 'raw')
    await bench.pass(hour)
    const notices: string[] = []
    const onProgress = (event: ProgressEvent) => event.type === 'notice' && notices.push(event.text)
    assert.deepEqual(byCode(await backup(bench, 'all', { onProgress })), { CHANGED: 2 })
    assert.match(
      notices.join(),
      /^redaction: raw, was fingerprint\. .* in clear, .* Earlier backups .* without their secrets/,
    )
    await backup(bench, 'all', { onProgress })
    assert.equal(notices.length, 1, 'it is said once')
    const raw = await show(bench, false)
    for (const secret of bench.fleet.plantedSecrets('ios-1')) assert.ok(raw.includes(secret))
    assert.equal(await show(bench, true), raw)
    await bench.use(async (netlatch) => {
      const first = await showSnapshot(netlatch, 'ios-1', { at: '1' })
      assert.match(first, /<nl:[\w-]+>/)
      assert.match((await diffSnapshots(netlatch, 'ios-1')).text, /^-.*<nl:[\w-]+>/m)
    })
    await switchTo(bench, 'sealed')
    await bench.pass(hour)
    assert.deepEqual(byCode(await backup(bench, 'all', { onProgress })), { CHANGED: 2 })
    assert.match(notices[1] ?? '', /Earlier backups hold their secrets in clear, .* new repository/)
    assert.match(await show(bench, false), /<nl:[\w-]+>/)
    await switchTo(bench, 'fingerprint')
    await bench.pass(hour)
    assert.deepEqual(byCode(await backup(bench)), { UNCHANGED: 2 })
    // A sealed one that nobody renews must not stay beside the text.
    assert.ok((await files(bench)).every((file) => file.endsWith('.cfg')))
    const found = await bench.use((netlatch) => Array.fromAsync(searchBackups(netlatch, 'hostname ios-1')))
    assert.ok(found.every(({ path }) => path.endsWith('.cfg')))
  })

  it('stop a run before it begins, where they shall be sealed and nobody could open them', async () => {
    await using bench = await benchOf('sealed')
    const file = join(bench.folder, 'credentials.yaml')
    const vault = await readFile(file, 'utf8')
    await writeFile(file, vault.replace(/^( +)- name: bench\n +age: .*$/m, '$1- name: bench\n$1  scrypt: 17'))
    const before = bench.secretsSeen
    await assert.rejects(backup(bench), { code: 'INPUT_INVALID', message: /no recipient of the vault has an age key/ })
    assert.equal(bench.secretsSeen, before)
  })
})
