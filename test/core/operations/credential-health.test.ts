import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, describe, it } from 'mocha'
import { changeVault } from '../../../packages/core/src/operations/change-vault.ts'
import { credentialHealth, type HealthOptions } from '../../../packages/core/src/operations/credential-health.ts'
import { explainCandidates } from '../../../packages/core/src/operations/explain-candidates.ts'
import { readStanding } from '../../../packages/core/src/operations/read-standing.ts'
import { selectTargets } from '../../../packages/core/src/operations/select-targets.ts'
import { Secret } from '../../../packages/core/src/secret.ts'
import { setCredential } from '../../../packages/core/src/vault/edit-credentials.ts'
import { netlatch } from '../../support/bench-command.ts'
import { byCode, discover } from '../../support/bench-runs.ts'
import { type FleetBench, openBench } from '../../support/fleet-bench.ts'

const password = randomBytes(9).toString('base64url')
const typo = randomBytes(9).toString('base64url')
const names = Array.from({ length: 10 }, (_, index) => `sw-${index}`)

describe('the health of credentials', () => {
  let bench: FleetBench
  before(async () => {
    bench = await openBench({
      fleet: {
        realms: {
          tacacs: { accounts: [{ username: 'shared', password, privileged: true }], lockout: { after: 3 } },
        },
        devices: names.map((name, index) => ({
          name,
          platform: 'cisco_ios' as const,
          ...(index === 0
            ? { realm: 'tacacs', inventory: { realm: 'tacacs', tags: ['core'] } }
            : {
                accounts: [{ username: 'admin', password, privileged: true }],
                inventory: { realm: 'on-device', tags: ['local'], status: index === 9 ? 'planned' : 'active' },
              }),
        })),
      },
      netlatch: { realms: { tacacs: { kind: 'server', lockout_threshold: 3 } } },
      credentials: {
        shared: { username: 'shared', password: typo, realm: 'tacacs', tags: ['core'] },
        local: { username: 'admin', password, realm: 'on-device', tags: ['local'] },
        idle: { username: 'idle', password, realm: 'on-device', tags: ['local'], priority: 900 },
        lost: { username: 'lost', password, realm: 'on-device', tags: ['nowhere'] },
      },
    })
  })
  after(() => bench[Symbol.asyncDispose]())

  const kinds = async (options?: HealthOptions) =>
    Object.fromEntries(
      (await bench.use((opened) => credentialHealth(opened, options))).map(({ credential, findings }) => [
        credential,
        findings.map(({ kind }) => kind),
      ]),
    )

  it('says what is unused, leads nowhere, is too broad, or is close to its budget', async () => {
    assert.deepEqual(await kinds(), { shared: ['unused'], local: ['unused'], idle: ['unused'], lost: ['nowhere'] })
    await discover(bench)
    assert.deepEqual(await kinds(), { shared: ['budget'], local: [], idle: ['unused'], lost: ['nowhere'] })
    assert.deepEqual((await kinds({ broadAbove: 5 })).local, ['too-broad'])
  })

  it('does not take a credential that is held back for one that names nothing', async () => {
    await using lab = await openBench({
      fleet: {
        realms: { radius: { accounts: [{ username: 'lab', password, privileged: true }], lockout: { after: 5 } } },
        devices: ['a-1', 'a-2', 'a-3'].map((name) => ({
          name,
          platform: 'cisco_ios' as const,
          realm: 'radius',
          inventory: { realm: 'radius', tags: ['lab'] },
        })),
      },
      netlatch: { realms: { radius: { kind: 'server', lockout_threshold: 5, max_in_flight: 1 } } },
      credentials: { lab: { username: 'lab', password, realm: 'radius', tags: ['lab'] } },
    })
    await discover(lab)
    lab.fleet.changePassword('radius', 'lab', 'another')
    await lab.pass(86_400_000)
    await discover(lab, 'all', { force: true })
    const [health] = await lab.use((opened) => credentialHealth(opened))
    assert.equal(health?.matches, 3)
    assert.deepEqual(
      health?.findings.map(({ kind, advice }) => [kind, advice]),
      [['quarantined', 'netlatch vault set lab, then netlatch creds release lab']],
    )
    const explained = await lab.use((opened) => explainCandidates(opened, 'a-1'))
    assert.equal(explained.advice, 'netlatch vault set lab, then netlatch creds release lab')
    assert.equal(lab.fleet.counters().lockedAccounts, 0)
    // Editors and monitors look with the vault locked.
    const locked = async () => {
      await using opened = await lab.open({ HOME: lab.folder, XDG_CONFIG_HOME: lab.folder })
      assert.equal(await opened.vaultIfUnlocked(), undefined)
      const [found] = await credentialHealth(opened)
      const { quarantined } = await readStanding(opened)
      const { excluded } = await explainCandidates(opened, 'a-1')
      return [found?.findings[0]?.kind, [...quarantined.keys()], excluded.map(({ kind }) => kind)]
    }
    assert.deepEqual(await locked(), ['quarantined', ['lab'], ['quarantined']])
    await lab.use((opened) =>
      changeVault(opened, async (vault) => ({
        vault: await setCredential(vault, 'lab', { secret: { password: new Secret('another') } }),
      })),
    )
    assert.deepEqual(await locked(), [undefined, [], []], 'a new secret is not held back')
  })

  it('stands in the coverage, which goes into a file', async () => {
    const file = join(bench.folder, 'coverage.md')
    const status = await netlatch(bench, 'creds', 'status', '--output', file)
    assert.equal(status.exitCode, 0, status.stderr)
    assert.match(status.stdout, /shared .*1 of 2 failed logins spent/)
    const text = await readFile(file, 'utf8')
    assert.match(text, /^# Coverage/)
    assert.match(text, /\| local \| 8 \| 100\.0 \| good \|/)
    const health = await netlatch(bench, 'creds', 'health')
    assert.equal(health.exitCode, 1)
    assert.match(health.stdout, /1 of 4 credentials good/)
  })

  it('goes with a discovery whose flags narrow it, and whose results go into a file', async () => {
    const file = join(bench.folder, 'results.csv')
    const answer = await netlatch(
      bench,
      'creds',
      'discover',
      '--search',
      'SW-3',
      '--stale-after',
      '7d',
      '--yes',
      '-o',
      file,
    )
    assert.equal(answer.exitCode, 0, answer.stderr)
    const [head, row, rest] = (await readFile(file, 'utf8')).split('\r\n')
    assert.match(head ?? '', /^device,host/)
    assert.match(row ?? '', /^sw-3,127\..*SKIPPED_RECENT,local/)
    assert.equal(rest, '')
    await bench.use(async (opened) => {
      const planned = await selectTargets(opened, { selection: 'all', status: 'planned' })
      assert.deepEqual(
        planned.devices.map(({ name }) => name),
        ['sw-9'],
      )
      await assert.rejects(selectTargets(opened, { selection: 'all', search: 'a b' }), { code: 'USAGE' })
      // A flag narrows and never widens.
      for (const site of ['fra or all', 'fra) or (all', '"fra" or all', 'fra\\'])
        await assert.rejects(selectTargets(opened, { selection: 'sw-1', site }), { code: 'NOTHING_SELECTED' })
    })
  })

  it('ages: a device opened longer ago than asked for is tested again, and need not be saved', async () => {
    await bench.pass(3 * 3_600_000)
    assert.deepEqual(byCode(await discover(bench, 'sw-4')), { SKIPPED_RECENT: 1 })
    const before = await bench.use(async (opened) => (await (await opened.state()).devices()).get('sw-4')?.testedAt)
    assert.deepEqual(byCode(await discover(bench, 'sw-4', { staleAfterMs: 3_600_000, save: false })), { OPENED: 1 })
    const after = await bench.use(async (opened) => (await (await opened.state()).devices()).get('sw-4')?.testedAt)
    assert.deepEqual(after, before)
  })
})
