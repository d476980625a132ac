import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { after, before, describe, it } from 'mocha'
import { type DiagnoseOptions, diagnoseDevice } from '../../../packages/core/src/operations/diagnose-device.ts'
import type { Diagnosis } from '../../../packages/core/src/operations/diagnosis.ts'
import { netlatch } from '../../support/bench-command.ts'
import { discover } from '../../support/bench-runs.ts'
import { type FleetBench, openBench } from '../../support/fleet-bench.ts'
import type { DeviceDescription } from '../../support/simulated-fleet/description.ts'

const right = randomBytes(9).toString('base64url')
const wrong = randomBytes(9).toString('base64url')

const device = (name: string, more: Partial<DeviceDescription> = {}): DeviceDescription => ({
  name,
  platform: 'cisco_ios',
  accounts: [{ username: 'secretuser', password: right, privileged: true }],
  lockout: { after: 3 },
  configuration: { bytes: 600 },
  ...more,
  inventory: { realm: 'on-device', tags: ['core'], site: 'secretsite', ...more.inventory },
})

const fleet = {
  devices: [
    device('secretname-proven'),
    device('secretname-new'),
    device('secretname-old', { algorithms: 'legacy-sha1' }),
    device('secretname-older', { algorithms: 'legacy-sha1' }),
    device('secretname-dead', { faults: { dead: true } }),
    device('secretname-web', { faults: { notSsh: true } }),
    device('secretname-replaced'),
    device('secretname-unknown'),
    device('secretname-refusing', { accounts: [{ username: 'secretuser', password: wrong, privileged: true }] }),
    device('secretname-mute', { faults: { noPrompt: true } }),
    device('secretname-user', { accounts: [{ username: 'secretuser', password: right }] }),
    device('secretname-telnet', { inventory: { transport: 'telnet' } }),
    device('secretname-bare', { inventory: { tags: [] } }),
    device('secretname-behind', { inventory: { jump_host: 'secretname-hop' } }),
    device('secretname-jump'),
  ],
}

const found = (diagnosis: Diagnosis, phase: string) => diagnosis.steps.find((step) => step.phase === phase)
const phases = (diagnosis: Diagnosis, outcome: string) =>
  diagnosis.steps.filter((step) => step.outcome === outcome).map((step) => step.phase)

describe('a diagnosis', () => {
  let bench: FleetBench
  before(async () => {
    bench = await openBench({
      fleet,
      known: (name) => name !== 'secretname-unknown',
      netlatch: {
        jump_hosts: {
          'secretname-hop': { host: '127.0.0.1', port: 1, credential: 'secretcredential' },
          corp: { ssh: 'secrethost' },
        },
      },
      credentials: {
        secretcredential: { username: 'secretuser', password: right, realm: 'on-device', tags: ['core'] },
      },
    })
    bench.fleet.changeHostKey('secretname-replaced')
    await discover(bench, 'secretname-proven,secretname-old,secretname-older,secretname-user')
  })
  after(() => bench[Symbol.asyncDispose]())

  const diagnose = (name: string, options: DiagnoseOptions = {}) =>
    bench.use((opened) => diagnoseDevice(opened, name, { timeoutMs: 4_000, ...options }))

  /** And what the device saw of it. */
  async function watched(name: string, options?: DiagnoseOptions) {
    const { secretsSeen } = bench
    const diagnosis = await diagnose(name, options)
    return { diagnosis, secrets: bench.secretsSeen - secretsSeen }
  }

  it('goes all the way with a credential that is proven, and times each phase', async () => {
    const { diagnosis, secrets } = await watched('secretname-proven')
    assert.deepEqual(
      phases(diagnosis, 'ok'),
      diagnosis.steps.map(({ phase }) => phase),
    )
    assert.equal(secrets, 1)
    assert.deepEqual(diagnosis.sent, [{ to: 'secretname-proven', credential: 'secretcredential', outcome: 'ok' }])
    assert.match(found(diagnosis, 'key exchange')?.text ?? '', /curve25519|ecdh|diffie/)
    assert.match(found(diagnosis, 'host key')?.text ?? '', /ED25519 SHA256:/)
    assert.match(found(diagnosis, 'prompt')?.text ?? '', /secretname-proven#/)
    for (const phase of ['TCP', 'identification', 'key exchange', 'prompt'])
      assert.ok((found(diagnosis, phase)?.durationMs ?? -1) >= 0, phase)
    assert.equal(diagnosis.code, undefined)
  })

  it('sends nothing where no credential is proven, and says what a try would cost', async () => {
    const { diagnosis, secrets } = await watched('secretname-new')
    assert.equal(secrets, 0)
    assert.deepEqual(phases(diagnosis, 'stopped'), ['login'])
    assert.deepEqual(phases(diagnosis, 'not-reached'), ['prompt', 'privilege'])
    assert.equal(diagnosis.advice, 'add --login to spend 1 try (secretuser on this device)')
    assert.deepEqual(diagnosis.sent, [])
  })

  it('spends one try when asked to, by the ledger', async () => {
    const { diagnosis, secrets } = await watched('secretname-refusing', { login: true })
    assert.equal(secrets, 1)
    assert.equal(diagnosis.code, 'AUTH_REJECTED')
    assert.deepEqual(phases(diagnosis, 'failed'), ['login'])
    assert.equal(diagnosis.sent[0]?.outcome, 'rejected')
    const again = await watched('secretname-refusing', { login: true })
    assert.equal(again.secrets, 0, 'what the device refused is not sent again')
    assert.equal(found(again.diagnosis, 'login')?.outcome, 'failed')
  })

  it('stops at the phase that fails, with nothing sent', async () => {
    for (const [name, phase, code] of [
      ['secretname-dead', 'TCP', 'REFUSED'],
      ['secretname-web', 'identification', 'NOT_SSH'],
      ['secretname-old', 'key exchange', 'ALGORITHMS'],
      ['secretname-replaced', 'host key', 'HOST_KEY_CHANGED'],
      ['secretname-unknown', 'host key', 'HOST_KEY_UNKNOWN'],
      ['secretname-bare', 'login', 'NO_CANDIDATE'],
      ['secretname-telnet', 'inventory', 'TRANSPORT_UNSUPPORTED'],
      ['secretname-behind', 'jump host', 'JUMP_HOST_FAILED'],
    ] as const) {
      const { diagnosis, secrets } = await watched(name, { login: true })
      assert.deepEqual([name, phases(diagnosis, 'failed'), diagnosis.code], [name, [phase], code])
      assert.equal(secrets, 0, name)
      assert.deepEqual(diagnosis.sent, [], name)
      const at = diagnosis.steps.findIndex((step) => step.outcome === 'failed')
      assert.ok(
        diagnosis.steps.slice(at + 1).every(({ outcome }) => outcome === 'not-reached'),
        `${name}: nothing after it`,
      )
    }
  })

  it('names what the device offers, and the devices that showed the same', async () => {
    const diagnosis = await diagnose('secretname-old')
    assert.match(found(diagnosis, 'key exchange')?.more?.['device offers'] ?? '', /sha1/)
    assert.match(diagnosis.advice, /legacy-sha1/)
    assert.deepEqual([diagnosis.alike, diagnosis.alikeDevices], [1, ['secretname-older']])
  })

  it('tells a prompt that never comes from a login that fails', async () => {
    const diagnosis = await diagnose('secretname-mute', { login: true, timeoutMs: 1_500 })
    assert.equal(found(diagnosis, 'login')?.outcome, 'ok')
    assert.equal(found(diagnosis, 'prompt')?.outcome, 'failed')
    assert.doesNotMatch(diagnosis.advice, /doctor/)
  })

  it('says that a login is not privileged, and how to change that', async () => {
    const diagnosis = await diagnose('secretname-user')
    assert.deepEqual(phases(diagnosis, 'stopped'), ['privilege'])
    assert.equal(diagnosis.advice, 'netlatch vault set secretcredential --enable')
  })

  it('does not log in to a jump host on the way that its credential has never opened', async () => {
    const { diagnosis, secrets } = await watched('secretname-behind')
    assert.equal(secrets, 0)
    assert.deepEqual(phases(diagnosis, 'stopped'), ['jump host'])
    assert.equal(diagnosis.advice, 'netlatch doctor secretname-hop --login')
  })

  it('looks at a jump host as at a device', async () => {
    const hop = await diagnose('secretname-hop')
    assert.deepEqual([hop.kind, hop.code], ['jump host', 'REFUSED'])
    assert.ok(!hop.steps.some(({ phase }) => phase === 'prompt'))
    const corp = await diagnose('corp')
    assert.deepEqual(corp.steps.length, 1)
    await assert.rejects(diagnose('nobody'), { code: 'NOT_FOUND' })
  })

  it('holds no name, address, user name or fingerprint when it is anonymous', async () => {
    for (const { name } of fleet.devices) {
      const diagnosis = await diagnose(name, {
        anonymous: true,
        login: name !== 'secretname-refusing',
        timeoutMs: 1_500,
      })
      assert.doesNotMatch(JSON.stringify(diagnosis), /secretname|secretuser|secretcredential|secretsite|127\.|SHA256:/)
    }
    for (const name of ['secretname-hop', 'corp'])
      assert.doesNotMatch(JSON.stringify(await diagnose(name, { anonymous: true })), /secret|corp|127\./)
  })

  it('is told by the command line in lines and as JSON', async () => {
    const text = await netlatch(bench, 'doctor', 'secretname-replaced')
    assert.equal(text.exitCode, 1)
    assert.match(text.stdout, /✗ host key/)
    assert.match(text.stdout, /not reached, nothing sent/)
    assert.match(text.stdout, /netlatch trust secretname-replaced/)
    const json = await netlatch(bench, 'doctor', 'secretname-new', '--anonymous', '--json')
    assert.equal(json.exitCode, 0)
    assert.equal(json.objects[0]?.type, 'diagnosis')
    assert.doesNotMatch(json.stdout + json.stderr, /secretname|secretuser|secretcredential/)
  })
})
