import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { legacyProfiles } from '../../../packages/core/src/operations/legacy-profiles.ts'
import { inventoryOfText } from '../../support/inventory-of-text.ts'

const now = new Date('2026-06-15T12:00:00Z')
const profilesOf = (devices: string) => legacyProfiles(inventoryOfText(`devices:\n${devices}`).devices, now)
const old = (name: string, more = '') =>
  `  ${name}: { host: 10.0.0.1, ssh: { algorithms: legacy-sha1${more === '' ? '' : `, ${more}`} } }\n`

describe('legacyProfiles', () => {
  it('says nothing where all is modern', () => {
    assert.deepEqual(profilesOf('  a: { host: 10.0.0.1 }\n  b: { host: 10.0.0.2, ssh: { algorithms: modern } }\n'), [])
  })

  it('gives one entry for each profile, with the earliest end', () => {
    const devices = Array.from({ length: 1_204 }, (_, index) =>
      old(`sw-${index}`, `until: 2027-0${1 + (index % 9)}-01`),
    )
    const museum = '  m: { host: 10.0.0.9, ssh: { algorithms: museum, until: 2026-06-15 } }\n'
    assert.deepEqual(profilesOf(devices.join('') + museum), [
      {
        profile: 'legacy-sha1',
        devices: 1_204,
        until: '2027-01-01',
        overdue: 0,
        text: 'SSH profile legacy-sha1: 1,204 devices, the first until 2027-01-01',
      },
      {
        profile: 'museum',
        devices: 1,
        until: '2026-06-15',
        overdue: 0,
        text: 'SSH profile museum: 1 device, until 2026-06-15',
      },
    ])
  })

  it('names the check where a date has passed, and says where there is none', () => {
    const texts = (devices: string) => profilesOf(devices).map(({ text }) => text)
    assert.deepEqual(texts(old('a', 'until: 2026-06-14')), [
      'SSH profile legacy-sha1: 1 device, until 2026-06-14 (has passed): netlatch inventory check',
    ])
    assert.deepEqual(texts(old('a', 'until: 2026-01-01') + old('b', 'until: 2027-01-01')), [
      'SSH profile legacy-sha1: 2 devices, the first until 2026-01-01 (1 past it): netlatch inventory check',
    ])
    assert.deepEqual(texts(old('a')), ['SSH profile legacy-sha1: 1 device, no end date: netlatch inventory check'])
  })

  it('leaves out what is never contacted', () => {
    const planned = '  a: { host: 10.0.0.1, status: planned, ssh: { algorithms: museum } }\n'
    const telnet = '  b: { host: 10.0.0.2, transport: telnet, ssh: { algorithms: museum } }\n'
    assert.deepEqual(profilesOf(planned + telnet), [])
  })
})
