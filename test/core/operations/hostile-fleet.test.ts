import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { after, before, describe, it } from 'mocha'
import { discover } from '../../support/bench-runs.ts'
import { type FleetBench, openBench } from '../../support/fleet-bench.ts'
import type { DeviceDescription, Faults } from '../../support/simulated-fleet/description.ts'

const secret = () => randomBytes(9).toString('base64url')
const [password, another] = [secret(), secret()]
const each = 2

interface Case {
  readonly faults: Faults
  readonly methods?: DeviceDescription['methods']
  /** @default the one that Netlatch has */
  readonly password?: string
  readonly code: string
  /** Secrets that such a device may draw. */
  readonly draws: 0 | 1
}

const questions = ['keyboard-interactive'] as const

/** One way in which each device goes wrong before it has let anybody in, and what a discovery has to make of it. */
const cases: Readonly<Record<string, Case>> = {
  dead: { faults: { dead: true }, code: 'REFUSED', draws: 0 },
  silent: { faults: { silent: true }, code: 'TIMED_OUT', draws: 0 },
  web: { faults: { notSsh: true }, code: 'NOT_SSH', draws: 0 },
  talker: { faults: { endlessGreeting: true }, code: 'NOT_SSH', draws: 0 },
  open: { faults: { letsAnybodyIn: true }, code: 'NO_AUTH_REQUIRED', draws: 0 },
  // The fleet counts a secret once it is decided about.
  slow: { faults: { slowLoginMs: 60_000 }, code: 'AUTH_UNCLEAR', draws: 0 },
  hanging: { faults: { wrongPasswordHangs: true }, password: another, code: 'AUTH_UNCLEAR', draws: 1 },
  resetting: { faults: { resetsAfterPassword: true }, code: 'AUTH_UNCLEAR', draws: 1 },
  asking: { faults: { endlessRounds: 'prompts' }, methods: questions, code: 'EXTRA_PROMPT', draws: 1 },
  empty: { faults: { endlessRounds: 'empty' }, methods: questions, code: 'SESSION_LOST', draws: 0 },
  second: { faults: { extraPrompt: 'next-round' }, methods: questions, code: 'EXTRA_PROMPT', draws: 1 },
  twin: { faults: { extraPrompt: 'same-round' }, methods: questions, code: 'EXTRA_PROMPT', draws: 0 },
  echoing: { faults: { extraPrompt: 'echoed' }, methods: questions, code: 'EXTRA_PROMPT', draws: 0 },
  factor: { faults: { secondFactor: true }, code: 'SECOND_FACTOR', draws: 1 },
  expired: { faults: { passwordExpired: true }, code: 'PASSWORD_EXPIRED', draws: 1 },
  mute: { faults: { noPrompt: true }, code: 'PROMPT_NOT_FOUND', draws: 1 },
  endless: { faults: { endlessOutput: true }, code: 'OPENED', draws: 1 },
  fine: { faults: {}, code: 'OPENED', draws: 1 },
  asks: { faults: {}, methods: questions, code: 'OPENED', draws: 1 },
}

describe('a fleet of which most devices are hostile', function () {
  this.timeout(60_000)
  let bench: FleetBench
  before(async () => {
    const devices = Object.entries(cases).flatMap(([name, { faults, methods, password: own = password }]) =>
      Array.from({ length: each }, (_, index) => ({
        name: `${name}-${index}`,
        platform: 'cisco_ios' as const,
        accounts: [{ username: 'netops', password: own, privileged: true }],
        faults,
        inventory: { site: name },
        ...(methods && { methods }),
      })),
    )
    bench = await openBench({
      fleet: { devices },
      credentials: { core: { username: 'netops', password, realm: 'on-device', match: 'all' } },
    })
  })
  after(() => bench[Symbol.asyncDispose]())

  it('ends with the right code for each, draws no secret it must not have, and keeps nothing open', async () => {
    const results = await discover(bench, 'all', { timeoutMs: 1_500 })
    const codes = Map.groupBy(results, ({ device }) => device.replace(/-\d$/, ''))
    assert.deepEqual(
      Object.fromEntries([...codes].map(([name, same]) => [name, [...new Set(same.map(({ code }) => code))].join()])),
      Object.fromEntries(Object.entries(cases).map(([name, { code }]) => [name, code])),
    )
    const { devices } = bench.fleet.counters()
    for (const [name, { draws }] of Object.entries(cases))
      for (let index = 0; index < each; index++)
        assert.equal(devices[`${name}-${index}`]?.secretsSeen, draws, `secrets of ${name}-${index}`)
    for (let tries = 0; tries < 500 && bench.fleet.counters().openConnections > 0; tries++)
      await new Promise((resolve) => setTimeout(resolve, 10))
    assert.equal(bench.fleet.counters().openConnections, 0)
  })
})
