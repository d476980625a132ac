import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { nearestName } from '../../../packages/core/src/workspace/nearest-name.ts'

describe('the name that was probably meant', () => {
  const platforms = ['arista_eos', 'cisco_asa', 'cisco_ios', 'cisco_xr', 'juniper_junos']

  it('is the one with the fewest typing mistakes', () => {
    assert.equal(nearestName('juniper_juno', platforms), 'juniper_junos')
    assert.equal(nearestName('Arista-EOS', platforms), 'arista_eos')
  })

  it('is the one that begins alike, where several are as near', () => {
    assert.equal(nearestName('cisco_iso', platforms), 'cisco_ios')
  })

  it('is none where nothing is near', () => {
    assert.equal(nearestName('fortinet', platforms), undefined)
  })
})
