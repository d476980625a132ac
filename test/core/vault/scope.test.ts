import assert from 'node:assert/strict'
import fc from 'fast-check'
import { describe, it } from 'mocha'
import { scopeAllows, scopeEntryProblem } from '../../../packages/core/src/vault/scope.ts'

const answer = (hosts: readonly string[], host: string, address?: string, ports?: readonly number[]) =>
  scopeAllows({ hosts, ports }, { host, port: 22, address })

describe('scope of a credential', () => {
  it('takes an address inside one of its networks and none outside', () => {
    assert.equal(answer(['10.0.0.0/8', '192.0.2.7'], '10.255.0.1'), 'yes')
    assert.equal(answer(['10.0.0.0/8', '192.0.2.7'], '192.0.2.7'), 'yes')
    assert.equal(answer(['10.0.0.0/8', '192.0.2.7'], '192.0.2.8'), 'no')
    assert.equal(answer(['10.0.0.0/8'], '11.0.0.1'), 'no')
  })

  it('compares IPv6 whatever its spelling, brackets and zone', () => {
    for (const host of ['2001:db8::1', '2001:0DB8:0:0::1', '[2001:db8::1]'])
      assert.equal(answer(['2001:db8::/32'], host), 'yes')
    assert.equal(answer(['fe80::/10'], 'fe80::1%eth0'), 'yes')
    assert.equal(answer(['2001:db8::/32'], '2001:db9::1'), 'no')
    assert.equal(answer(['0.0.0.0/0'], '2001:db8::1'), 'no')
    assert.equal(answer(['::/0'], '10.0.0.1'), 'no')
  })

  it('takes an IPv4-mapped address for the IPv4 address that it is', () => {
    assert.equal(answer(['10.0.0.0/8'], '::ffff:10.1.2.3'), 'yes')
    assert.equal(answer(['10.0.0.0/8'], '::ffff:0a01:0203'), 'yes')
    assert.equal(answer(['::ffff:10.0.0.0/104'], '10.1.2.3'), 'yes')
    assert.equal(answer(['::ffff:10.0.0.0/104'], '11.1.2.3'), 'no')
    assert.equal(answer(['::/0'], '::ffff:10.1.2.3'), 'no')
  })

  it('decides a name by patterns at once, and by networks only when its address is known', () => {
    assert.equal(answer(['*.core.example.net'], 'SW1.core.example.net.'), 'yes')
    assert.equal(answer(['*.core.example.net'], 'sw1.core.example.net.attacker.example'), 'no')
    assert.equal(answer(['*.core.example.net'], 'core.example.net'), 'no')
    assert.equal(answer(['sw-?.example.net'], 'sw-1.example.net'), 'yes')
    assert.equal(answer(['sw-?.example.net'], 'sw-12.example.net'), 'no')
    assert.equal(answer(['10.0.0.0/8'], 'sw1.example.net'), 'if-it-resolves-inside')
    assert.equal(answer(['10.0.0.0/8'], 'sw1.example.net', '10.1.1.1'), 'yes')
    assert.equal(answer(['10.0.0.0/8'], 'sw1.example.net', '203.0.113.1'), 'no')
  })

  it('goes by the address connected to, also where the inventory has another', () => {
    assert.equal(answer(['10.0.0.0/8'], '10.0.0.1', '203.0.113.1'), 'no')
  })

  it('never applies a name pattern to an address', () => {
    assert.equal(answer(['*.1'], '10.0.0.1'), 'no')
    assert.equal(answer(['a*'], '::1'), 'no')
  })

  it('reads no address in the notations that only some resolvers know', () => {
    for (const host of ['10.1', '0x0a000001', '167772161', '010.0.0.1']) {
      assert.equal(answer(['10.0.0.0/8'], host), 'if-it-resolves-inside', host)
      assert.equal(answer(['any.example.net'], host), 'no', host)
    }
  })

  it('allows everything with any, but only on its ports', () => {
    assert.equal(answer(['any'], 'whatever'), 'yes')
    assert.equal(answer(['any'], '10.0.0.1', undefined, [22, 2222]), 'yes')
    assert.equal(answer(['any'], '10.0.0.1', undefined, [2222]), 'no')
    assert.equal(answer([], '10.0.0.1'), 'no')
  })

  it('refuses entries that would mean more than they seem to', () => {
    for (const wrong of [
      '*',
      '*.*',
      '10.*',
      '10.0.0.*',
      '10.0.0.0/33',
      '10.0.0.0/',
      '::/129',
      '',
      'ANY*thing/8',
      'a b',
      '::ffff:10.0.0.0/64',
    ])
      assert.ok(scopeEntryProblem(wrong), wrong)
    for (const right of ['any', '10.0.0.0/8', '10.0.0.1', '::1', 'fd00::/8', '*.example.net', 'sw-1', '0.0.0.0/0'])
      assert.equal(scopeEntryProblem(right), undefined, right)
  })

  it('agrees with counting bits, for every IPv4 address and prefix', () => {
    const octets = fc.tuple(fc.nat(255), fc.nat(255), fc.nat(255), fc.nat(255))
    const toNumber = (ip: readonly number[]) => ip.reduce((sum, octet) => sum * 256 + octet, 0)
    fc.assert(
      fc.property(octets, octets, fc.nat(32), (base, ip, bits) => {
        const size = 2 ** (32 - bits)
        const inside = Math.floor(toNumber(base) / size) === Math.floor(toNumber(ip) / size)
        assert.equal(answer([`${base.join('.')}/${bits}`], ip.join('.')), inside ? 'yes' : 'no')
      }),
    )
  })
})
