import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { mayLearn } from '../../../packages/core/src/credentials/may-learn.ts'
import type { Credential, Device } from '../../../packages/core/src/model.ts'

const origin = { file: 'inventory.yaml', line: 1, column: 1 }
const device: Device = {
  name: 'sw-1',
  hosts: ['10.0.0.1'],
  port: 22,
  platform: 'cisco_ios',
  transport: 'ssh',
  status: 'active',
  groups: [],
  tags: [],
  ssh: { algorithms: 'modern' },
  origin,
  origins: {},
}
const credential: Credential = {
  name: 'netops',
  rev: 1,
  username: 'netops',
  priority: 100,
  tags: ['core'],
  hosts: ['10.0.0.0/8'],
  fallback: false,
  origin,
}

describe('learning a credential from the neighbours of a device', () => {
  it('is open to whatever is in scope', () => {
    assert.equal(mayLearn(device, credential), true)
    assert.equal(mayLearn(device, { ...credential, hosts: ['192.0.2.0/24'] }), false)
  })

  it('leaves break-glass credentials out', () =>
    assert.equal(mayLearn(device, { ...credential, fallback: true }), false))

  it('ends where device and credential name different realms', () => {
    assert.equal(mayLearn({ ...device, realm: 'on-device' }, { ...credential, realm: 'tacacs' }), false)
    assert.equal(mayLearn({ ...device, realm: 'tacacs' }, { ...credential, realm: 'tacacs' }), true)
    assert.equal(mayLearn(device, { ...credential, realm: 'tacacs' }), true)
  })
})
