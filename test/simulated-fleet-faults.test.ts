import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect } from 'node:net'
import { setTimeout as wait } from 'node:timers/promises'
import { describe, it } from 'mocha'
import { fleetOf, keyboard, loginAt, outcomeOf, password, right, shellAt, wrong } from './support/plain-fleet-login.ts'
import type { Faults } from './support/simulated-fleet/description.ts'
import type { SimulatedFleet } from './support/simulated-fleet/fleet.ts'

/** Long enough for a login on a busy machine. */
const quickly = { readyTimeoutMs: 1_000 }

function outcomesSeen(fleet: SimulatedFleet): string[] {
  return fleet.counters().attempts.map((attempt) => attempt.outcome)
}

async function firstBytes(fleet: SimulatedFleet): Promise<string> {
  const { address, port } = fleet.device('sw-1').listener
  const socket = connect(port, address)
  const [bytes] = (await once(socket, 'data')) as [Buffer]
  socket.destroy()
  return bytes.toString()
}

describe('a simulated device with a fault in its login', () => {
  it('never answers a wrong password, and counts it as a failure', async () => {
    await using fleet = await fleetOf({ faults: { wrongPasswordHangs: true } })
    assert.equal(await outcomeOf(fleet, [password(wrong)], quickly), 'closed')
    assert.equal(fleet.counters().accounts[0]?.failures, 1)
    assert.deepEqual(outcomesSeen(fleet), ['hung'])
    assert.equal(await outcomeOf(fleet, [password(right)]), 'accepted')
  })

  it('takes a password by keyboard-interactive only', async () => {
    await using fleet = await fleetOf({ methods: ['keyboard-interactive'] })
    const refused = await loginAt(fleet, [password(right)])
    assert.deepEqual(refused.outcome === 'rejected' ? refused.methods : [], ['keyboard-interactive'])
    assert.equal(await outcomeOf(fleet, [keyboard(wrong), keyboard(right)]), 'accepted')
    assert.deepEqual(outcomesSeen(fleet), ['rejected', 'accepted'])
  })

  for (const [extraPrompt, seen] of [
    ['next-round', ['partial', 'extra']],
    ['same-round', ['extra']],
    ['echoed', ['extra']],
  ] as const) {
    it(`asks for more than a password: ${extraPrompt}`, async () => {
      await using fleet = await fleetOf({ faults: { extraPrompt } })
      assert.equal(await outcomeOf(fleet, [keyboard(right, '123456')]), 'rejected')
      assert.deepEqual(outcomesSeen(fleet), seen)
    })
  }

  it('asks keyboard-interactive questions for ever, until the fault is taken away', async () => {
    await using fleet = await fleetOf({ faults: { endlessRounds: 'prompts' } })
    const login = outcomeOf(fleet, [keyboard()])
    while (fleet.counters().secretsSeen < 20) await wait(1)
    await fleet.setFaults('sw-1', {})
    assert.equal(await login, 'rejected')
  })

  it('asks for rounds without a question for ever', async () => {
    await using fleet = await fleetOf({ faults: { endlessRounds: 'empty' } })
    assert.equal(await outcomeOf(fleet, [keyboard()], quickly), 'closed')
    assert.equal(fleet.counters().secretsSeen, 0)
  })

  it('takes a right password as the first factor only', async () => {
    await using fleet = await fleetOf({ faults: { secondFactor: true } })
    const result = await loginAt(fleet, [password(right)])
    assert.equal(result.outcome === 'rejected' && result.partial, true)
  })

  it('wants a right password changed', async () => {
    await using fleet = await fleetOf({ faults: { passwordExpired: true } })
    assert.equal(await outcomeOf(fleet, [password(right)], quickly), 'closed')
    assert.deepEqual(outcomesSeen(fleet), ['expired'])
  })

  it('resets the connection instead of an answer', async () => {
    await using fleet = await fleetOf({ faults: { resetsAfterPassword: true } })
    assert.equal(await outcomeOf(fleet, [password(wrong)]), 'closed')
    assert.equal(fleet.counters().accounts[0]?.failures, 1)
  })

  it('lets anybody in', async () => {
    await using fleet = await fleetOf({ faults: { letsAnybodyIn: true } })
    assert.equal(await outcomeOf(fleet, [{ type: 'none' }]), 'accepted')
    assert.equal(fleet.counters().secretsSeen, 0)
  })

  it('has no free line', async () => {
    await using fleet = await fleetOf({ lines: 1 })
    using shell = await shellAt(fleet)
    await shell.read(/>$/)
    assert.equal(await outcomeOf(fleet, [password(right)]), 'closed')
  })
})

describe('a simulated device with a fault in its connection', () => {
  it('refuses while it is dead, and answers on the same port when it lives again', async () => {
    await using fleet = await fleetOf({ faults: { dead: true } })
    const refused = await loginAt(fleet, [password(right)])
    assert.match(refused.outcome === 'closed' ? refused.error : '', /ECONNREFUSED/)
    await fleet.setFaults('sw-1', {})
    assert.equal(await outcomeOf(fleet, [password(right)]), 'accepted')
  })

  it('accepts and says nothing', async () => {
    await using fleet = await fleetOf({ faults: { silent: true } })
    assert.equal(await outcomeOf(fleet, [password(right)], quickly), 'closed')
    assert.deepEqual(fleet.counters().authRequests, {})
  })

  it('is a web server', async () => {
    await using fleet = await fleetOf({ faults: { notSsh: true } })
    assert.match(await firstBytes(fleet), /^HTTP\/1\.1 400 /)
  })

  it('sends lines without end before its identification', async () => {
    await using fleet = await fleetOf({ faults: { endlessGreeting: true } })
    assert.match(await firstBytes(fleet), /^This line is no identification\.\r\n/)
  })

  it('shows another host key after a change', async () => {
    await using fleet = await fleetOf({ hostKeyTypes: ['ed25519', 'ecdsa'] })
    const before = fleet.places[0]?.hostKeys ?? []
    fleet.changeHostKey('sw-1')
    const after = fleet.places[0]?.hostKeys ?? []
    assert.deepEqual(
      after.map((key) => key.type),
      ['ssh-ed25519', 'ecdsa-sha2-nistp256'],
    )
    const shown: string[] = []
    await outcomeOf(fleet, [password(right)], { onHostKey: (key) => shown.push(key.toString('base64')) })
    assert.ok(after.some(({ key }) => key === shown[0]))
    assert.ok(!before.some(({ key }) => key === shown[0]))
  })

  it('offers old algorithms only', async () => {
    await using fleet = await fleetOf({ algorithms: 'legacy-sha1' })
    const modern = await loginAt(fleet, [password(right)], { algorithms: { kex: ['curve25519-sha256'] } })
    assert.match(modern.outcome === 'closed' ? modern.error : '', /no matching key exchange/)
    const algorithms = {
      kex: ['diffie-hellman-group14-sha1' as const],
      serverHostKey: ['ssh-rsa' as const],
      cipher: ['aes128-cbc' as const],
      hmac: ['hmac-sha1' as const],
    }
    assert.equal(await outcomeOf(fleet, [password(right)], { algorithms }), 'accepted')
  })
})

describe('a simulated device with a fault in its output', () => {
  async function capture(fleet: SimulatedFleet) {
    const shell = await shellAt(fleet)
    shell.type('terminal length 0\nshow running-config\n')
    await shell.read(/show running-config\r\n/)
    return shell
  }
  const configured = (faults: Faults) =>
    fleetOf({ accounts: [{ username: 'netops', password: right, privileged: true }], faults })

  it('goes back to the prompt in the middle of the configuration', async () => {
    await using fleet = await configured({ truncatesAt: 0.5 })
    using shell = await capture(fleet)
    assert.doesNotMatch(await shell.read(/\r\nsw-1#$/), /\r\nend\r\n/)
    assert.equal(fleet.counters().configurationsServed, 0)
  })

  it('stalls in the middle of the configuration', async () => {
    await using fleet = await configured({ stallsAt: 0.5 })
    using shell = await capture(fleet)
    await shell.read(/interface /)
    await wait(50)
    assert.doesNotMatch(shell.transcript, /sw-1#/)
  })

  it('drops the connection in the middle of the configuration', async () => {
    await using fleet = await configured({ dropsAt: 0.5 })
    using shell = await capture(fleet)
    await shell.closed()
    assert.equal(fleet.counters().configurationsServed, 0)
  })

  it('writes without end, as fast as it is read', async () => {
    await using fleet = await configured({ endlessOutput: true })
    using shell = await capture(fleet)
    while (shell.transcript.length < 1_000_000) await wait(5)
  })

  it('quotes prompts inside the configuration', async () => {
    await using fleet = await fleetOf({
      accounts: [{ username: 'netops', password: right, privileged: true }],
      configuration: { promptLikeLines: true },
    })
    using shell = await capture(fleet)
    const text = await shell.read(/\r\nend\r\n\r\nsw-1#$/)
    assert.match(text, /\r\ncore-1#\r\nsw-1#\r\n/)
  })

  it('is somebody else', async () => {
    await using fleet = await fleetOf({ hostname: 'sw-2' })
    using shell = await shellAt(fleet)
    await shell.read(/sw-2>$/)
  })

  it('never shows a prompt', async () => {
    await using fleet = await fleetOf({ faults: { noPrompt: true } })
    using shell = await shellAt(fleet)
    await wait(30)
    assert.equal(shell.transcript, '')
  })
})
