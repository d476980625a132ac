import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import type { Netlatch } from '../../../packages/core/src/operations/netlatch.ts'
import { resultCode } from '../../../packages/core/src/result-codes.ts'
import { discoverWith } from '../../support/bench-runs.ts'
import { createRandom } from '../../support/ledger-fleets/random.ts'
import { type DiscoveryProgram, openScaleBench, type ScaleBench } from '../../support/scale-bench.ts'

const isLong = process.env.NETLATCH_LONG !== undefined
const devices = isLong ? 500 : 60
/** For programs of their own, whose start takes the most of a short test. */
const shared = isLong ? 200 : 24
const window = 16 * 60_000
/** Those with only the mistyped credential's tag may stay behind: nothing names what opens them. */
const isNamed = ({ tags }: { readonly tags: readonly string[] }) => !tags.includes('lab')

describe('a discovery at scale', function () {
  this.timeout(240_000)

  for (const seed of Array.from({ length: isLong ? 20 : 1 }, (_, index) => index + 1))
    it(`locks nothing, counts like the servers and opens what it may on ${devices} devices (seed ${seed})`, async () => {
      await using bench = await openScaleBench(devices, seed)
      for (let rounds = 0; rounds < 6; rounds++) {
        const results = await bench.use((netlatch) => discoverWith(netlatch, 'all'))
        if (results.every(({ code }) => code !== 'DEFERRED')) break
        await bench.pass(window)
      }
      await bench.use(async (netlatch) => {
        await check(bench, netlatch, 0, assert.deepEqual)
      })
    })

  it('goes on where it was killed, time and again: nothing is tried twice, nothing forgotten', async () => {
    await using bench = await openScaleBench(shared, 101)
    const random = createRandom(101)
    for (let kills = 0; kills < (isLong ? 12 : 1); kills++) {
      // Enough to settle what the last one left in flight.
      const program = bench.start()
      if (await program.killAfter(Math.ceil(1 + random() * (shared / 10)) + (await opened(bench)))) break
      await bench.pass(window)
      await assertNothingForgotten(bench, program)
    }
    await finishAndCheck(bench, 1, shared / 4)
  })

  it('is shared by three runs at once on one workspace', async () => {
    await using bench = await openScaleBench(shared, 104)
    const discover = () => bench.use((netlatch) => discoverWith(netlatch, 'all'))
    for (let rounds = 0; rounds < 6; rounds++) {
      const runs = await Promise.all([discover(), discover(), discover()])
      for (const results of runs) assert.equal(results.length, shared)
      if (runs.flat().every(({ code }) => code !== 'DEFERRED')) break
      await bench.pass(window)
    }
    await bench.use((netlatch) => check(bench, netlatch, shared / 4, assert.deepEqual))
  })

  if (!isLong) return

  it('is done by three programs at once on one workspace as by one', async () => {
    await using bench = await openScaleBench(shared, 102)
    await finishAndCheck(bench, 3, shared / 4, (servers, ledger) => assert.deepEqual(ledger, servers))
  })

  it('is done by three programs that are killed and started again', async () => {
    await using bench = await openScaleBench(shared, 103)
    const random = createRandom(103)
    for (let kills = 0; kills < 6; kills++) {
      const limit = await opened(bench)
      const programs = [bench.start(), bench.start(), bench.start()]
      await Promise.all(programs.map((program) => program.killAfter(limit + Math.ceil(random() * (shared / 12)))))
      await bench.pass(window)
    }
    // A killed program's successes are known when its next reader looks: some right secrets are sent once more.
    await finishAndCheck(bench, 3, shared / 2)
  })
})

type Counts = ReadonlyMap<string, number>

async function finishAndCheck(
  bench: ScaleBench,
  programs: number,
  mayRepeat: number,
  compare: (servers: Counts, ledger: Counts) => void = (servers, ledger) => {
    // A killed program may have asked for a secret and not sent it: the ledger counts that, the servers cannot.
    for (const [device, sent] of servers) assert.ok(sent <= (ledger.get(device) ?? 0), `${device}: ${sent} sent`)
  },
): Promise<void> {
  for (let rounds = 0; rounds < 6; rounds++) {
    const running = Array.from({ length: programs }, () => bench.start())
    await Promise.all(running.map((program) => program.end()))
    const results = running.flatMap((program) => program.results)
    for (const program of running)
      assert.equal(new Set(program.results.map(({ device }) => device)).size, shared, 'one result for each device')
    if (results.every(({ code }) => code !== 'DEFERRED')) break
    await bench.pass(window)
  }
  await bench.use(async (netlatch) => {
    // What was in flight when a program was killed counts as refused, until somebody wants to know.
    const unclear = await unclearDevices(netlatch)
    if (unclear.length > 0) {
      await bench.pass(window)
      await discoverWith(netlatch, unclear.join(' or '), { retryRejected: true })
    }
    await check(bench, netlatch, mayRepeat, compare)
  })
}

async function check(
  bench: ScaleBench,
  netlatch: Netlatch,
  mayRepeat: number,
  compare: (servers: Counts, ledger: Counts) => void,
): Promise<void> {
  await assertNoLocks(bench)
  await assertAllOpenOrExplained(netlatch)
  await assertNothingTwice(netlatch, mayRepeat)
  const [servers, ledger] = await counts(bench, netlatch)
  compare(servers, ledger)
  assert.ok((await (await netlatch.state()).verifyAudit()).intact)
}

/** Devices that are not open, and of whose last tries nobody knows how they ended. */
async function unclearDevices(netlatch: Netlatch): Promise<readonly string[]> {
  const state = await netlatch.state()
  const records = await state.devices()
  const closed = netlatch.inventory.devices.filter(({ name }) => !records.get(name)?.openedAt)
  const histories = await Promise.all(closed.map(({ name }) => state.history(name)))
  return closed.flatMap(({ name }, index) =>
    histories[index]?.some(({ outcome }) => outcome === 'unclear') ? [name] : [],
  )
}

/** What a program has said is known, however it ended. */
async function assertNothingForgotten(bench: ScaleBench, { results }: DiscoveryProgram): Promise<void> {
  const records = await bench.use(async (netlatch) => (await netlatch.state()).devices())
  for (const { device, code } of results) if (code === 'OPENED') assert.ok(records.get(device)?.openedAt, device)
}

async function opened(bench: ScaleBench): Promise<number> {
  return bench.use(async (netlatch) => (await (await netlatch.state()).devices()).size)
}

async function assertNoLocks({ fleet }: ScaleBench): Promise<void> {
  const { locks, lockedAccounts, accounts } = await fleet.ask('counters')
  assert.deepEqual({ locks, lockedAccounts }, { locks: 0, lockedAccounts: 0 })
  // One below the servers' five, and below the three of the devices' own accounts.
  for (const { username, countedBy, worstConsecutiveFailures: worst } of accounts)
    assert.ok(worst <= (['tacacs', 'radius'].includes(countedBy) ? 4 : 2), `${username}: ${worst} failures in a row`)
}

/** Tries of which nobody knows how they ended count as failures: enough of them, and a person decides. */
async function assertAllOpenOrExplained(netlatch: Netlatch): Promise<void> {
  const state = await netlatch.state()
  const records = await state.devices()
  const entries = await state.audit({ limit: 1_000_000 })
  const isSpent = entries.some(({ result }) => result === 'unclear')
  for (const device of netlatch.inventory.devices) {
    const record = records.get(device.name)
    assert.ok(record, `${device.name} has no result`)
    if (isNamed(device) && isSpent) assert.match(record.code, /^(OPENED|NEEDS_DECISION|QUARANTINED)$/, record.message)
    else if (isNamed(device)) assert.equal(record.code, 'OPENED', record.message)
    else assert.ok(record.openedAt || (resultCode(record.code).needsAttention && record.message !== ''), device.name)
  }
}

/**
 * No candidate is tried again where it was refused, and no device again that is open, but to prove a credential. Where a login
 * had just succeeded, and no result was stored yet, another program or the next run logs in again.
 */
async function assertNothingTwice(netlatch: Netlatch, mayRepeat: number): Promise<void> {
  const entries = await (await netlatch.state()).audit({ limit: 1_000_000 })
  const isProof = ({ ground }: { readonly ground: string | null }) => ground === 'verification' || ground === 'recheck'
  const tries = entries.filter((entry) => entry.result !== 'unsent' && !isProof(entry)).reverse()
  let repeated = 0
  for (const [device, some] of Map.groupBy(tries, (entry) => entry.device)) {
    const first = some.findIndex(({ result }) => result === 'ok')
    if (first >= 0) repeated += some.length - first - 1
    const refused = some.filter(({ result }) => result === 'rejected').map(({ secretId }) => secretId)
    assert.equal(new Set(refused).size, refused.length, `${device} was asked twice what it had refused`)
  }
  assert.ok(repeated <= mayRepeat, `${repeated} devices were tried again`)
}

/** Secrets by device, as the servers saw them and as the ledger counted them. */
async function counts({ fleet }: ScaleBench, netlatch: Netlatch): Promise<readonly [servers: Counts, ledger: Counts]> {
  const { attempts } = await fleet.ask('counters')
  const state = await netlatch.state()
  const servers = new Map([...Map.groupBy(attempts, ({ device }) => device)].map(([name, all]) => [name, all.length]))
  const ledger = new Map<string, number>()
  for (const { name } of netlatch.inventory.devices) {
    const sent = (await state.history(name)).filter(({ outcome }) => outcome !== 'unsent')
    if (sent.length > 0) ledger.set(name, sent.length)
  }
  return [sorted(servers), sorted(ledger)]
}

function sorted(counts: Counts): Counts {
  return new Map([...counts].sort(([a], [b]) => (a < b ? -1 : 1)))
}
