import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import type { Credential } from '../../../packages/core/src/model.ts'
import { siteOf } from '../../../packages/core/src/safety/device-site.ts'
import { createChargeRule, foldUsername } from '../../../packages/core/src/safety/realms.ts'
import { newCredential } from '../../support/ledger-fleets/fleet.ts'

const realms = {
  tacacs: { kind: 'server', lockoutThreshold: 5, maxInFlight: 4 },
  lab: { kind: 'device', lockoutThreshold: 'none' },
  radius: { kind: 'server' },
} as const

const credential = (name: string, username: string, realm?: string): Credential => ({
  ...newCredential(name, username, []),
  ...(realm !== undefined && { realm }),
})

function charged(realm: string | undefined, own: Credential, credentials: readonly Credential[] = [own]) {
  const rule = createChargeRule({ realms, credentials })
  return rule(realm === undefined ? {} : { realm }, own).map((charge) => `${charge.realm}/${charge.username}`)
}

describe('the charges of a login', () => {
  it('go to no realm, with an assumed threshold of three, where nothing is declared', () => {
    const own = credential('netops', 'netops')
    const [charge] = createChargeRule({ realms, credentials: [own] })({}, own)
    assert.deepEqual(charge, {
      realm: '',
      username: 'netops',
      policy: { kind: 'unknown', threshold: 3, thresholdIsAssumed: true, maxInFlight: 16 },
      secrets: 1,
    })
  })

  it('take the threshold and the logins at once from the realm', () => {
    const own = credential('netops', 'netops', 'tacacs')
    const [charge] = createChargeRule({ realms, credentials: [own] })({}, own)
    assert.deepEqual(charge.policy, { kind: 'server', threshold: 5, thresholdIsAssumed: false, maxInFlight: 4 })
  })

  it('go to the device realm first, and to the realm of the credential too', () => {
    assert.deepEqual(charged('tacacs', credential('local', 'admin', 'on-device')), ['tacacs/admin', 'on-device/admin'])
    assert.deepEqual(charged('tacacs', credential('radius', 'admin', 'radius')), ['tacacs/admin', 'radius/admin'])
    assert.deepEqual(charged('tacacs', credential('netops', 'netops', 'tacacs')), ['tacacs/netops'])
    assert.deepEqual(charged('tacacs', credential('netops', 'netops')), ['tacacs/netops'])
  })

  it('go to a device realm that counts for itself only where the credential names none', () => {
    assert.deepEqual(charged('lab', credential('netops', 'netops')), ['lab/netops'])
    assert.deepEqual(charged('lab', credential('netops', 'netops', 'tacacs')), ['tacacs/netops'])
  })

  it('count a username once however it is written', () => {
    for (const written of ['NetOps', 'CORP\\netops', 'netops@corp.example', 'netops'])
      assert.equal(foldUsername(written), 'netops')
    assert.equal(foldUsername('@odd'), '@odd')
  })

  it('are those of one account, with the threshold that is stated of it, whoever states one', () => {
    const stating = (lockoutThreshold?: number): Credential => ({
      ...credential('own', 'netops'),
      ...(lockoutThreshold !== undefined && { lockoutThreshold }),
    })
    const chargeOf = (own: Credential, realm?: string, others: readonly Credential[] = []) =>
      createChargeRule({ realms, credentials: [own, ...others] })(realm === undefined ? {} : { realm }, own)
    const accounts = [stating(), stating(2), stating(10)].map((own) => chargeOf(own))
    assert.deepEqual(
      accounts.map((charges) => charges.map(({ realm, username, policy }) => [realm, username, policy.threshold])),
      [[['', 'netops', 3]], [['', 'netops', 2]], [['', 'netops', 10]]],
    )
    assert.equal(accounts[2]?.[0].policy.thresholdIsAssumed, false)
    const lower = { ...stating(4), name: 'lower', username: 'NETOPS' }
    assert.equal(chargeOf(stating(10), undefined, [lower])[0].policy.threshold, 4)
    assert.equal(chargeOf(stating(10), 'tacacs')[0].policy.threshold, 5)
    assert.equal(chargeOf(stating(4), 'tacacs')[0].policy.threshold, 4)
    assert.equal(chargeOf(stating(10), 'radius')[0].policy.threshold, 3)
    assert.deepEqual(
      chargeOf(stating(4), 'lab').map(({ realm, policy }) => [realm, policy.kind, policy.threshold]),
      [['lab', 'device', 4]],
    )
  })

  it('know how many secrets share the username', () => {
    const credentials = [credential('a', 'admin'), credential('b', 'Admin'), credential('c', 'other')]
    const [first] = credentials
    assert.ok(first)
    const rule = createChargeRule({ realms, credentials })
    assert.equal(rule({}, first)[0].secrets, 2)
    const alike = createChargeRule({ realms, credentials, secretIdOf: () => 'same' })
    assert.equal(alike({}, first)[0].secrets, 1)
  })
})

describe('the site of a device', () => {
  it('is what the inventory says, else the /24 or /64 of its address', () => {
    assert.equal(siteOf({ site: 'fra', hosts: ['10.0.0.1'] }), 'fra')
    assert.equal(siteOf({ hosts: ['10.20.30.40'] }), '10.20.30.0/24')
    assert.equal(siteOf({ hosts: ['2001:db8:0:1::5'] }), '2001:db8:0:1::/64')
    assert.equal(siteOf({ hosts: ['2001:0db8:0000:0001:0:0:0:9'] }), '2001:db8:0:1::/64')
    assert.equal(siteOf({ hosts: ['::1'] }), '0:0:0:0::/64')
    assert.equal(siteOf({ hosts: ['::ffff:10.0.0.1'] }), '0:0:0:0::/64')
  })

  it('is the device itself where it has only a name', () => {
    assert.equal(siteOf({ hosts: ['core.example.net'] }), 'core.example.net')
  })
})
