import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { type KnownState, nothingKnown, takeOver } from '../../../packages/core/src/credentials/known-state.ts'
import type { OpenFailure } from '../../../packages/core/src/safety/ledger-state.ts'
import { createLedgerTables } from '../../../packages/core/src/safety/ledger-tables.ts'
import { createMemoryLedger } from '../../../packages/core/src/safety/memory-ledger.ts'
import { nothing } from '../../../packages/core/src/safety/settlement.ts'
import type { AccountStanding, DeviceRecord, Home } from '../../../packages/core/src/state/state-store.ts'
import { attemptRequest, netops } from '../../support/attempt-requests.ts'
import { newDevice } from '../../support/ledger-fleets/fleet.ts'

const account = { realm: netops.realm, username: netops.username }
const at = (minute: number) => minute * 60_000
const devices = new Map(
  [1, 2, 3].map((index) => newDevice(index, 'a', 'cisco_ios', [])).map((device) => [device.name, device]),
)
const [first = '', second = '', third = ''] = devices.keys()
const deviceNamed = (name: string) => devices.get(name)

const home = (changes: Partial<Home> = {}): Home => ({
  ...account,
  secretId: 'netops-secret',
  purpose: 'login',
  lastOkAt: new Date(at(10)),
  fails: 0,
  inFlight: 0,
  devices: [first],
  ...changes,
})

const standing = (changes: Partial<AccountStanding> = {}): AccountStanding => ({
  ...account,
  failed: 0,
  inFlight: 0,
  open: [],
  cells: [],
  ...changes,
})

const openFailure = (grantId: string, failedAt: number): OpenFailure => ({
  ...{ grantId, account, secretId: 'netops-secret', device: second, site: 'a', platform: 'cisco_ios' },
  failedAt,
  wasLikely: true,
})

const record = (device: string, openedAt: number): DeviceRecord => ({
  ...{ device, credential: 'core-admin', secretId: 'netops-secret', privilege: 'unknown', code: 'OPENED', message: '' },
  testedAt: new Date(openedAt),
  openedAt: new Date(openedAt),
})

function tablesWith(...states: readonly Partial<KnownState>[]) {
  const tables = createLedgerTables()
  for (const known of states) takeOver(tables, { ...nothingKnown, ...known }, deviceNamed)
  return tables
}

const slice = (tables: ReturnType<typeof createLedgerTables>, device = first) =>
  tables.load(attemptRequest(device, { site: 'a' }))

describe('taking over what the store says', () => {
  it('brings the proofs: homes with the devices that they opened, latest last success first', () => {
    const known = { homes: [home()], devices: new Map([[third, record(third, at(9))]]) }
    const tables = tablesWith(known)
    const [found] = [...tables.homes()]
    assert.equal(found?.lastOkAt, at(10))
    assert.deepEqual(
      tables.devicesOf({ account, secretId: 'netops-secret' }).map(({ device }) => device),
      [first, third],
    )
    assert.equal(slice(tables, third).accounts[0]?.homes[0]?.openedThisDevice, true)
  })

  it('changes nothing when the same comes again', () => {
    const known = { homes: [home({ fails: 1 })], accounts: [standing({ open: [openFailure('g', at(11))] })] }
    const tables = tablesWith(known)
    const before = slice(tables)
    takeOver(tables, { ...nothingKnown, ...known }, deviceNamed)
    assert.deepEqual(slice(tables), before)
    assert.equal([...tables.openFailures()].length, 1)
  })

  it('has as many failures as the store, when another program brought some and when it cleared them', () => {
    const lastFailureAt = new Date(at(12))
    const failing = { homes: [home({ fails: 2 })], accounts: [standing({ failed: 2, lastFailureAt })] }
    const tables = tablesWith({ homes: [home()] }, failing)
    assert.deepEqual([...tables.homes()][0]?.failures, [at(12), at(12)])
    takeOver(tables, { ...nothingKnown, homes: [home({ lastOkAt: new Date(at(13)) })] }, deviceNamed)
    assert.deepEqual([...tables.homes()][0]?.failures, [])
    assert.equal([...tables.homes()][0]?.lastOkAt, at(13))
  })

  it('never makes a proof older than this program knows it to be', () => {
    const tables = tablesWith({ homes: [home({ lastOkAt: new Date(at(20)) })] }, { homes: [home()] })
    assert.equal([...tables.homes()][0]?.lastOkAt, at(20))
  })

  it('replaces the open failures of the accounts that it was asked for, and no others', () => {
    const tables = tablesWith({ accounts: [standing({ open: [openFailure('old', at(1))] })] })
    const branch = { ...openFailure('theirs', at(2)), account: { realm: '', username: 'branch' } }
    tables.apply({ ...nothing, openFailures: [branch] })
    takeOver(tables, { ...nothingKnown, accounts: [standing({ open: [openFailure('new', at(3))] })] }, deviceNamed)
    assert.deepEqual([...tables.openFailures()].map(({ grantId }) => grantId).toSorted(), ['new', 'theirs'])
  })

  it('takes a quarantine over', () => {
    const tables = tablesWith({ homes: [home()] }, { homes: [home({ quarantinedAt: new Date(at(11)) })] })
    assert.equal(slice(tables, second).quarantined, true)
  })

  it('remembers what was rejected, until the device is opened with it', () => {
    const rejections = new Map([[second, new Set(['netops-secret'])]])
    const tables = tablesWith({ homes: [home()], rejections })
    assert.equal(slice(tables, second).rejected, true)
    takeOver(tables, { ...nothingKnown, homes: [home({ devices: [second, first] })] }, deviceNamed)
    assert.equal(slice(tables, second).rejected, false)
  })

  it('does not count a device as opened that has rejected the secret since, nor one that nobody knows', () => {
    const rejections = new Map([[first, new Set(['netops-secret'])]])
    const tables = tablesWith({ homes: [home({ devices: [first, 'gone'] })], rejections })
    assert.deepEqual(tables.devicesOf({ account, secretId: 'netops-secret' }), [])
    assert.equal(slice(tables).accounts[0]?.homes[0]?.openedAnything, false)
  })

  it('leaves this program its logins in flight', () => {
    const ledger = createMemoryLedger()
    const verdict = ledger.reserve(attemptRequest(first), at(14))
    assert.ok(verdict.granted)
    takeOver(ledger.tables, { ...nothingKnown, homes: [home()], accounts: [standing()] }, deviceNamed)
    assert.equal(slice(ledger.tables).deviceInFlight, 1)
    assert.equal(ledger.finish(verdict.grant.id, 'ok', at(14) + 1_000), true)
    assert.equal(slice(ledger.tables).deviceInFlight, 0)
  })
})
