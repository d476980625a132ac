import assert from 'node:assert/strict'
import { createHmac, randomBytes } from 'node:crypto'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, it } from 'mocha'
import { importHostKeys } from '../../../packages/core/src/operations/import-host-keys.ts'
import { listHostKeys } from '../../../packages/core/src/operations/list-host-keys.ts'
import { parseScan, type ScanOptions, scanHostKeys } from '../../../packages/core/src/operations/scan-host-keys.ts'
import { forgetHostKey } from '../../../packages/core/src/operations/trust-host-key.ts'
import {
  isFingerprintList,
  parseFingerprints,
  verifyFingerprints,
} from '../../../packages/core/src/operations/verify-fingerprints.ts'
import { netlatch } from '../../support/bench-command.ts'
import { devicesOf, type FleetBench, openBench } from '../../support/fleet-bench.ts'
import { ed25519KeyPair } from '../../support/ssh-keys.ts'

const names = ['sw-1', 'sw-2', 'sw-3', 'sw-4', 'sw-5']

describe('host keys from elsewhere', () => {
  let bench: FleetBench
  beforeEach(async () => {
    bench = await openBench({
      fleet: {
        devices: names.map((name) => ({
          name,
          platform: 'cisco_ios' as const,
          ...(name === 'sw-5' && { hostKeyTypes: ['ed25519', 'ecdsa'] as const }),
          inventory: { site: 'fra' },
        })),
      },
      credentials: {},
      known: (name) => name === 'sw-4',
    })
  })
  afterEach(() => bench[Symbol.asyncDispose]())

  const place = (name: string) => bench.fleet.device(name)
  const keyOf = (name: string) => {
    const [key] = place(name).hostKeys
    return key ?? assert.fail()
  }
  const line = (hosts: string, key: { readonly type: string; readonly key: string }) =>
    `${hosts} ${key.type} ${key.key}\n`
  const addressOf = (name: string) => bench.fleet.places.find((each) => each.name === name) ?? assert.fail()
  const bracketed = (name: string) => `[${addressOf(name).address}]:${addressOf(name).port}`
  const hashed = (host: string) => {
    const salt = randomBytes(20)
    return `|1|${salt.toString('base64')}|${createHmac('sha1', salt).update(host).digest('base64')}`
  }
  const knownHosts = () => readFile(join(bench.folder, 'known_hosts'), 'utf8')
  const imports = (...texts: string[]) =>
    bench.use(async (opened) =>
      importHostKeys(
        opened,
        await devicesOf(opened),
        texts.map((text, index) => ({ name: `file-${index}`, text })),
      ),
    )
  const scan = (options: ScanOptions = {}) =>
    bench.use(async (opened) => scanHostKeys(opened, await devicesOf(opened), options))
  const stranger = () => {
    const pair = ed25519KeyPair()
    return { type: pair.type, key: pair.publicKey, fingerprint: pair.fingerprint }
  }

  it('are matched by name, by address and port, and through hashes', async () => {
    const report = await imports(
      line('sw-1', keyOf('sw-1')) + line(hashed(bracketed('sw-2')), keyOf('sw-2')),
      `${line(bracketed('sw-3'), keyOf('sw-3')) + line('elsewhere.example.net', stranger())}sw-5 ssh-rsa broken\n`,
    )
    assert.deepEqual(report.added, ['sw-1', 'sw-2', 'sw-3'])
    assert.deepEqual(report.without, ['sw-5'])
    assert.equal(report.unused, 1)
    assert.equal(report.unreadable.length, 1)
    assert.match(await knownHosts(), /^sw-2,\[127[^ ]* ssh-ed25519 \S+ # netlatch import \d{4}-/m)
    assert.equal((await scan()).known.length, 4)
  })

  it('never take the place of a key that is known, nor come from files that contradict each other', async () => {
    const before = await knownHosts()
    const report = await imports(
      line('sw-4', stranger()) +
        line('sw-1', stranger()) +
        line('sw-2', keyOf('sw-2')) +
        `@revoked ${line('sw-2', keyOf('sw-2'))}`,
      line('sw-1', stranger()),
    )
    assert.deepEqual(
      report.changed.map(({ device }) => device),
      ['sw-1', 'sw-4'],
    )
    assert.deepEqual(report.added, [])
    assert.equal(await knownHosts(), before)
  })

  it('are not taken over for an address that two devices share', async () => {
    const inventory = join(bench.folder, 'inventory.yaml')
    const text = await readFile(inventory, 'utf8')
    await writeFile(
      inventory,
      text
        .replaceAll(addressOf('sw-2').address, addressOf('sw-1').address)
        .replaceAll(`port: ${addressOf('sw-2').port}`, `port: ${addressOf('sw-1').port}`),
    )
    assert.deepEqual((await imports(line(bracketed('sw-1'), keyOf('sw-1')))).added, [])
  })

  it('are verified against a list of fingerprints without any login', async () => {
    const [, second] = place('sw-5').hostKeys
    const list = `device,fingerprint\nsw-1,${keyOf('sw-1').fingerprint}\nsw-2,${stranger().fingerprint}\nsw-5;"${second?.fingerprint}"\nnobody,${stranger().fingerprint}\n`
    assert.ok(isFingerprintList(list))
    assert.ok(!isFingerprintList(line('sw-1', keyOf('sw-1'))))
    assert.throws(() => parseFingerprints('sw-1,SHA256:short', 'list.csv'), { code: 'INPUT_INVALID' })
    const report = await bench.use(async (opened) =>
      verifyFingerprints(opened, await devicesOf(opened), parseFingerprints(list, 'list.csv')),
    )
    assert.deepEqual([...report.added].sort(), ['sw-1', 'sw-5'])
    assert.deepEqual(
      report.changed.map(({ device }) => device),
      ['sw-2'],
    )
    assert.equal(report.unused, 1)
    assert.equal(bench.secretsSeen, 0)
    assert.match(await knownHosts(), /^sw-5,\S+ ecdsa-sha2-nistp256 .*# netlatch fingerprint/m)
    assert.doesNotMatch(await knownHosts(), /^sw-2/m)
  })

  it('are vouched for twice when a scan from another place saw the same, and not written when it saw another', async () => {
    const first = new Map(names.map((name) => [name, `ED25519 ${keyOf(name).fingerprint}`]))
    await bench.use(async (opened) => scanHostKeys(opened, await devicesOf(opened, 'sw-1')))
    first.set('sw-3', `ED25519 ${stranger().fingerprint}`)
    first.delete('sw-5')
    const report = await scan({ compareWith: first })
    assert.deepEqual(
      report.differing.map(({ device }) => device),
      ['sw-3'],
    )
    assert.equal(report.confirmed, 3)
    const text = await knownHosts()
    assert.match(text, /^sw-1,.*# netlatch scan-twice/m)
    assert.match(text, /^sw-2,.*# netlatch scan-twice/m)
    assert.match(text, /^sw-5,.*# netlatch scan /m)
    assert.doesNotMatch(text, /^sw-3/m)
  })

  it('are told to be odd when a key moved, or a server is of another kind than its neighbours', async () => {
    await writeFile(join(bench.folder, 'known_hosts'), line('old-switch', keyOf('sw-1')))
    const { oddities } = await scan()
    assert.ok(oddities.some(({ text, devices }) => /old-switch.*moved/.test(text) && devices[0] === 'sw-1'))
  })

  it('are listed with who vouched for them, and can be forgotten', async () => {
    await imports(line('sw-1', keyOf('sw-1')))
    await bench.use(async (opened) => {
      const list = await listHostKeys(opened, await devicesOf(opened))
      assert.deepEqual(list.byVoucher, { import: 1, 'the file': 1 })
      assert.deepEqual(list.without, ['sw-2', 'sw-3', 'sw-5'])
      assert.deepEqual(await forgetHostKey(opened, 'sw-1'), { removed: 1, left: [] })
      await assert.rejects(forgetHostKey(opened, 'nobody'), { code: 'NOT_FOUND' })
    })
    assert.doesNotMatch(await knownHosts(), /sw-1/)
  })

  it('go through the command line', async () => {
    const file = join(bench.folder, 'other_known_hosts')
    await writeFile(
      file,
      `${line(hashed('sw-1'), keyOf('sw-1'))}@cert-authority *.example.net ${stranger().type} ${stranger().key}\n`,
    )
    const imported = await netlatch(bench, 'trust', 'all', '--import', file)
    assert.equal(imported.exitCode, 0, imported.stderr)
    assert.match(imported.stdout, /1 +imported/)
    assert.match(imported.stdout, /@cert-authority/)
    const scanned = await netlatch(bench, 'trust', '--scan', '--output', join(bench.folder, 'scan.json'))
    assert.equal(scanned.exitCode, 0, scanned.stderr)
    const seen = parseScan(await readFile(join(bench.folder, 'scan.json'), 'utf8'), 'scan.json')
    assert.equal(seen.size, names.length)
    assert.equal(bench.secretsSeen, 0)
  })
})
