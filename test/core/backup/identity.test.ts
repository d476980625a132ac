import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { checkIdentity, readIdentity, withPrompt } from '../../../packages/core/src/backup/identity.ts'
import { configurationFixture } from '../../support/configuration-fixtures.ts'

const nobody = { hostnames: [], serials: [] }
const is = (...hostnames: string[]) => ({ hostnames, serials: [] })

describe('the identity gate', () => {
  it('reads who a configuration is of, and nothing from its banners', () => {
    const ios = configurationFixture('cisco_ios')
    assert.deepEqual(readIdentity(ios.platform, ios.capture, ios.output), {
      hostnames: ['fra-acc-19'],
      serials: ['FOC0000TEST'],
    })
    const eos = configurationFixture('arista_eos')
    assert.deepEqual(readIdentity(eos.platform, eos.capture, eos.output).hostnames, ['fra-spine-1'])
    const junos = configurationFixture('juniper_junos')
    assert.deepEqual(readIdentity(junos.platform, junos.capture, junos.output).hostnames, [
      'fra-core-1-re0',
      'fra-core-1',
    ])
  })

  it('holds a device that answers as another one', () => {
    assert.deepEqual(checkIdentity({ name: 'fra-acc-19' }, is('fra-acc-91'), is('fra-acc-19')), {
      ok: false,
      because: 'answers as fra-acc-91',
    })
    const device = { name: 'fra-acc-19', expect: { hostname: 'fra-acc-19' } }
    assert.equal(checkIdentity(device, is('fra-acc-91'), is('fra-acc-91')).ok, false)
  })

  it('takes the first backup of a device whose hostname is not its inventory name', () => {
    assert.deepEqual(checkIdentity({ name: 'core-fra' }, is('fra-core-1'), undefined), { ok: true })
    assert.deepEqual(checkIdentity({ name: 'core-fra' }, is('fra-core-1'), is('fra-core-1')), { ok: true })
  })

  it('holds a hostname that vanished, once it was known', () => {
    assert.deepEqual(checkIdentity({ name: 'a' }, nobody, is('fra-core-1')), {
      ok: false,
      because: 'hostname not seen, expected fra-core-1',
    })
    assert.deepEqual(checkIdentity({ name: 'a' }, nobody, nobody), { ok: true })
  })

  it('takes a device that was renamed to its inventory name', () => {
    assert.deepEqual(checkIdentity({ name: 'fra-acc-19' }, is('fra-acc-19'), is('Switch')), { ok: true })
  })

  it('compares without case and domain, and takes one of several', () => {
    const device = { name: 'x', expect: { hostname: 'FRA-CORE-1' } }
    for (const hostname of ['fra-core-1', 'fra-core-1.example.net', 'FRA-Core-1']) {
      assert.deepEqual(checkIdentity(device, is('re1', hostname), undefined), { ok: true }, hostname)
    }
    assert.equal(checkIdentity(device, is('fra-core-11'), undefined).ok, false)
    assert.deepEqual(checkIdentity(device, withPrompt(nobody, 'fra-core-1'), undefined), { ok: true })
  })

  it('wants to see a stated serial number', () => {
    const device = { name: 'x', expect: { serial: 'foc0000test' } }
    assert.deepEqual(checkIdentity(device, { hostnames: [], serials: ['FOC1', 'FOC0000TEST'] }, undefined), {
      ok: true,
    })
    assert.deepEqual(checkIdentity(device, { hostnames: [], serials: ['FOC1'] }, undefined), {
      ok: false,
      because: 'serial is FOC1',
    })
    assert.deepEqual(checkIdentity(device, nobody, undefined), {
      ok: false,
      because: 'serial not seen, expected foc0000test',
    })
  })

  it('shows no control characters of a hostile hostname', () => {
    const result = checkIdentity({ name: 'a' }, is('evil\u001b[2J\u202e'), is('a'))
    assert.deepEqual(result, { ok: false, because: 'answers as evil [2J' })
  })
})
