import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { after, before, describe, it } from 'mocha'
import { recordSession } from '../../../packages/core/src/operations/record-session.ts'
import { secretRemover } from '../../../packages/core/src/operations/remove-secrets.ts'
import { findPlatform } from '../../../packages/core/src/platforms/index.ts'
import type { Platform } from '../../../packages/core/src/platforms/platform.ts'
import { devicesOf, type FleetBench, openBench } from '../../support/fleet-bench.ts'

const password = randomBytes(9).toString('base64url')
const enable = randomBytes(9).toString('base64url')

describe('recording a session', () => {
  let bench: FleetBench
  before(async () => {
    const device = { accounts: [{ username: 'netops', password }], inventory: { realm: 'lab' } }
    bench = await openBench({
      fleet: {
        devices: [
          { name: 'ios-1', platform: 'cisco_ios', ...device, enableSecret: enable, configuration: { bytes: 9000 } },
          { name: 'eos-1', platform: 'arista_eos', ...device, inventory: { realm: 'lab', platform: 'autodetect' } },
          { name: 'junos-1', platform: 'juniper_junos', ...device, motd: `the password is ${password}` },
          { name: 'dead-1', platform: 'cisco_ios', ...device, faults: { dead: true } },
        ],
      },
      credentials: { core: { username: 'netops', password, enable, match: 'all', realm: 'lab' } },
      netlatch: { realms: { lab: { kind: 'device', lockout_threshold: 'none' } } },
    })
  })
  after(() => bench[Symbol.asyncDispose]())

  const record = (name: string, commands?: readonly string[]) =>
    bench.use(async (netlatch) => {
      const [device] = await devicesOf(netlatch, name)
      assert.ok(device)
      return recordSession(netlatch, device, commands ? { commands } : {})
    })

  for (const [name, platform] of [
    ['ios-1', 'cisco_ios'],
    ['eos-1', 'arista_eos'],
    ['junos-1', 'juniper_junos'],
  ] as const)
    it(`of ${platform} replays at once, and has none of the secrets it met`, async () => {
      const result = await record(name)
      assert.ok('files' in result, result.message)
      assert.equal(result.recordedAs, platform)
      assert.deepEqual(result.findings, [])
      assert.ok(result.removed > 0)
      for (const { text } of result.files)
        for (const secret of [password, enable, ...bench.fleet.plantedSecrets(name)])
          assert.ok(!text.includes(secret), `${secret} stayed`)
      const session = result.files.find(({ name: file }) => file === 'session.yaml')?.text ?? ''
      assert.match(session, /^recorded: true$/m)
      assert.match(session, /^hidden:$/m)
      assert.doesNotMatch(session, /sent: "enable/)
    })

  it('sends only what the platform calls reading', async () => {
    await assert.rejects(record('ios-1', ['reload']), { code: 'USAGE' })
  })

  it('of a device that cannot be reached is its result, as in any run', async () => {
    assert.equal((await record('dead-1')).code, 'REFUSED')
  })
})

describe('taking secrets out of a session', () => {
  const ios = findPlatform('cisco_ios') as Platform
  const remover = (output: string) => secretRemover(ios, [output], (text) => text)

  it('puts one word in the place of a secret wherever it stands', () => {
    const { remove } = remover('snmp-server community Sekret99 RO\nsnmp-server community ro RW\n')
    assert.equal(remove('% Sekret99 of router: ro\n'), '% removed001 of router: removed002\n')
  })

  it('takes out each line of a key, however the terminal ends lines', () => {
    const key = `-----BEGIN PRIVATE KEY-----\nAbCdEf0123\nGhIjKl4567\n-----END PRIVATE KEY-----\n`
    const { remove } = remover(key)
    assert.doesNotMatch(remove(key.replaceAll('\n', '\r\r\n')), /AbCdEf0123|GhIjKl4567/)
  })

  it('notices one that a pager or a line end breaks up', () => {
    const { remove, holdsSecret } = remover('snmp-server community Sekret9999 RO\n')
    assert.ok(holdsSecret(remove('community Sek\x1b[K\r\nret9999')))
    assert.ok(!holdsSecret(remove('community Sekret9999')))
  })
})
