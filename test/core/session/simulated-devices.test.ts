import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import type { Shell } from '../../../packages/core/src/connection/transport.ts'
import { findPlatform } from '../../../packages/core/src/platforms/index.ts'
import type { Platform } from '../../../packages/core/src/platforms/platform.ts'
import { Secret } from '../../../packages/core/src/secret.ts'
import { openSession, terminalSize } from '../../../packages/core/src/session/open-session.ts'
import type { Session } from '../../../packages/core/src/session/session.ts'
import { plainLogin } from '../../support/plain-client.ts'
import type { DeviceDescription, SimulatedPlatform } from '../../support/simulated-fleet/description.ts'
import { type SimulatedFleet, startFleet } from '../../support/simulated-fleet/fleet.ts'

const username = 'netops'
const password = 'right-one'
const enable = 'raise-me'

interface Opened extends AsyncDisposable {
  readonly session: Session
  readonly fleet: SimulatedFleet
}

async function openOn(simulated: SimulatedPlatform, more: Partial<DeviceDescription> = {}): Promise<Opened> {
  const accounts = [{ username, password, privileged: true }]
  const fleet = await startFleet({ devices: [{ name: 'sw-1', platform: simulated, accounts, ...more }] })
  const { address, port } = fleet.device('sw-1').listener
  const login = await plainLogin({ address, port, username, secrets: [{ type: 'password', password }] })
  assert.equal(login.outcome, 'accepted')
  const { client } = login as Extract<typeof login, { outcome: 'accepted' }>
  const shell = await new Promise<Shell>((resolve, reject) => {
    client.shell({ cols: terminalSize.columns, rows: terminalSize.rows }, (error, channel) => {
      if (error) return reject(error)
      resolve({
        write: (text) => void channel.write(text),
        onData: (callback) => void channel.on('data', callback),
        onClose: (callback) => void channel.on('close', callback),
        pause: () => void channel.pause(),
        resume: () => void channel.resume(),
        resize: ({ columns, rows }) => void channel.setWindow(rows, columns, 0, 0),
        async [Symbol.asyncDispose]() {
          channel.close()
        },
      })
    })
  })
  const session = await openSession(shell, findPlatform(simulated) as Platform, { promptTimeoutMs: 3000 })
  return {
    session,
    fleet,
    async [Symbol.asyncDispose]() {
      await session[Symbol.asyncDispose]()
      client.end()
      await fleet[Symbol.asyncDispose]()
    },
  }
}

/** Without the lines that differ in every capture. */
function steady(platform: Platform, text = ''): string {
  return platform.volatile.reduce((rest, { pattern }) => rest.replace(new RegExp(pattern, 'gm'), ''), text)
}

describe('sessions on the simulated fleet', () => {
  for (const simulated of ['cisco_ios', 'arista_eos', 'juniper_junos'] as const) {
    it(`reads a whole configuration from ${simulated}, prompt-like lines in it`, async () => {
      await using opened = await openOn(simulated, { configuration: { bytes: 50_000, promptLikeLines: true } })
      const { session } = opened
      const { commands } = session.platform.configurations.running
      const [first, second] = await session.runAll([...commands, ...commands], { timeoutMs: 5000 })
      assert.ok((first?.output.length ?? 0) > 45_000, `${first?.output.length} characters`)
      assert.equal(steady(session.platform, first?.output), steady(session.platform, second?.output))
      assert.equal(first?.error, undefined)
      assert.equal(session.hostname, 'sw-1')
      const wrong = await session.run('show no such thing', { timeoutMs: 5000 })
      assert.ok(wrong.error, wrong.output)
    })
  }

  for (const simulated of ['cisco_ios', 'arista_eos'] as const) {
    it(`raises the privilege on ${simulated}`, async () => {
      const accounts = [{ username, password }]
      await using opened = await openOn(simulated, { accounts, enableSecret: enable })
      const { session } = opened
      assert.equal(session.privilege, 'user')
      assert.equal(await session.enable(new Secret(enable)), 'privileged')
      assert.equal(session.privilege, 'privileged')
      const answer = await session.run('show running-config', { timeoutMs: 5000 })
      assert.match(answer.output, /^end$/m)
    })

    it(`sends a wrong enable secret once on ${simulated}, although it asks again`, async () => {
      const accounts = [{ username, password }]
      await using opened = await openOn(simulated, { accounts, enableSecret: enable })
      assert.equal(await opened.session.enable(new Secret('wrong-one')), 'refused')
      assert.equal(opened.fleet.counters().attempts.filter(({ method }) => method === 'enable').length, 1)
      await assert.rejects(opened.session.run('show version'), { code: 'SESSION_LOST' })
    })
  }

  it('ends an endless answer at its limit', async () => {
    await using opened = await openOn('cisco_ios', { faults: { endlessOutput: true } })
    const options = { maxBytes: 200_000, timeoutMs: 5000 }
    await assert.rejects(opened.session.run('show running-config', options), { code: 'OUTPUT_TOO_LARGE' })
  })

  it('gives up on an answer that stalls', async () => {
    await using opened = await openOn('cisco_ios', { faults: { stallsAt: 0.5 } })
    await assert.rejects(opened.session.run('show running-config', { timeoutMs: 200 }), { code: 'COMMAND_TIMED_OUT' })
  })

  it('says that the connection was lost when it is reset in an answer', async () => {
    await using opened = await openOn('cisco_ios', { faults: { dropsAt: 0.5 } })
    await assert.rejects(opened.session.run('show running-config', { timeoutMs: 5000 }), { code: 'SESSION_LOST' })
  })
})
