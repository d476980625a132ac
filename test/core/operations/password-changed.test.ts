import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { cp, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, beforeEach, describe, it } from 'mocha'
import { backup, byCode, discover } from '../../support/bench-runs.ts'
import { type FleetBench, openBench } from '../../support/fleet-bench.ts'

const day = 24 * 3_600_000
const password = randomBytes(9).toString('base64url')

/** Fifty devices behind one login server that locks after so many failures, all opened yesterday by one account. */
function provenYesterday(realm: { readonly kind: 'server'; readonly lockout_threshold: number } | undefined) {
  let bench: FleetBench
  let yesterday: string

  before(async function () {
    this.timeout(60_000)
    const names = Array.from({ length: 50 }, (_, index) => `sw-${String(index + 1).padStart(2, '0')}`)
    bench = await openBench({
      fleet: {
        sharedHostKey: true,
        realms: {
          tacacs: {
            accounts: [{ username: 'netops', password, privileged: true }],
            lockout: { after: realm?.lockout_threshold ?? 3 },
          },
        },
        devices: names.map((name, index) => ({
          name,
          platform: 'cisco_ios',
          realm: 'tacacs',
          configuration: { bytes: 600 },
          inventory: { site: index < 25 ? 'fra' : 'muc', tags: ['core'] },
        })),
      },
      credentials: { netops: { username: 'netops', tags: ['core'], password, ...(realm && { realm: 'tacacs' }) } },
      netlatch: realm ? { realms: { tacacs: realm } } : {},
    })
    assert.deepEqual(byCode(await discover(bench)), { OPENED: 50 })
    yesterday = await mkdtemp(join(tmpdir(), 'netlatch-yesterday-'))
    await cp(bench.folder, yesterday, { recursive: true })
  })
  after(async () => {
    await bench[Symbol.asyncDispose]()
    await rm(yesterday, { recursive: true, force: true })
  })
  beforeEach(async () => {
    await rm(bench.folder, { recursive: true })
    await cp(yesterday, bench.folder, { recursive: true })
    bench.fleet.changePassword('tacacs', 'netops', password)
    bench.fleet.unlock('tacacs', 'netops')
    await bench.pass(day)
  })
  return () => bench
}

/** What the fleet counts while `work` runs. */
async function counted<T>({ fleet }: FleetBench, work: () => Promise<T>) {
  const before = fleet.counters().attempts.length
  const results = await work()
  const attempts = fleet.counters().attempts.slice(before)
  return { results, attempts, failed: attempts.filter(({ outcome }) => outcome !== 'accepted') }
}

for (const [what, realm] of [
  ['of which nothing is declared', undefined],
  ['of a login server that locks at 5', { kind: 'server', lockout_threshold: 5 }],
] as const)
  describe(`a shared account ${what}, whose password was changed since yesterday`, function () {
    this.timeout(60_000)
    const bench = provenYesterday(realm)

    beforeEach(() => bench().fleet.changePassword('tacacs', 'netops', 'another'))

    it('is charged with at most two failed logins by a discovery of 50 devices, and with none by the next', async () => {
      const run = () => discover(bench(), 'all', { force: true })
      const { results, failed } = await counted(bench(), run)
      assert.ok(failed.length >= 1 && failed.length <= 2, `${failed.length} failed logins`)
      assert.equal(bench().fleet.counters().lockedAccounts, 0)
      assert.equal(results.length, 50)
      assert.ok(results.every(({ outcome }) => outcome !== 'success'))
      assert.equal((await counted(bench(), run)).attempts.length, 0)
    })

    it('is charged with at most two by a backup of 50 devices, and with none by the next', async () => {
      const run = () => backup(bench())
      const { results, failed } = await counted(bench(), run)
      assert.ok(failed.length >= 1 && failed.length <= 2, `${failed.length} failed logins`)
      assert.equal(bench().fleet.counters().lockedAccounts, 0)
      assert.equal(results.length, 50)
      assert.ok(results.every(({ outcome }) => outcome !== 'success'))
      assert.equal((await counted(bench(), run)).attempts.length, 0)
    })

    if (realm === undefined)
      it('is used on 16 devices at once after one login alone, where the password is still right', async () => {
        const { fleet } = bench()
        fleet.changePassword('tacacs', 'netops', password)
        // Long enough for 16 key exchanges on a busy machine.
        for (const { description } of fleet.devices()) await fleet.setFault(description.name, { slowLoginMs: 1_000 })
        const { results, attempts } = await counted(bench(), () => backup(bench()))
        assert.deepEqual(byCode(results), { FIRST: 50 })
        assert.equal(attempts.length, 50)
        assert.equal(fleet.counters().accounts.find(({ username }) => username === 'netops')?.peakInFlight, 16)
        // Passwords are noted when they are answered: the first one alone, the next not before it came back.
        const [first, second] = attempts
        assert.ok(first && second)
        assert.ok(second.at - first.at >= 1_000, `the second login was answered ${second.at - first.at} ms later`)
      })
  })
