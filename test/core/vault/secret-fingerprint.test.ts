import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { describe, it } from 'mocha'
import type { LoginSecret } from '../../../packages/core/src/secret.ts'
import { Secret } from '../../../packages/core/src/secret.ts'
import { secretFingerprint, sentSecrets } from '../../../packages/core/src/vault/secret-fingerprint.ts'

const key = randomBytes(32)
const of = (secret: LoginSecret, username = 'netops') => secretFingerprint(key, username, secret, 'login')

describe('the fingerprint of a secret', () => {
  it('tells two keys of one agent apart, whose secrets it never sees', () => {
    const held = (fingerprint: string): LoginSecret => ({ agentKey: { fingerprint, socket: '/run/agent' } })
    assert.notEqual(of(held('SHA256:first')), of(held('SHA256:second')))
    assert.equal(of(held('SHA256:first')), of(held('SHA256:first')))
  })

  it('is another one with another username, secret, purpose or vault', () => {
    const password = new Secret(randomBytes(9).toString('hex'))
    const ids = [
      of({ password }),
      of({ password }, 'admin'),
      of({ password: new Secret('other') }),
      of({ privateKey: password }),
      secretFingerprint(key, 'netops', { enable: password }, 'enable'),
      secretFingerprint(randomBytes(32), 'netops', { password }, 'login'),
    ]
    assert.equal(new Set(ids).size, ids.length)
    assert.equal(of({ password }, 'NETOPS'), of({ password }))
  })

  it('is made of each secret that a login sends, a key before a password', () => {
    const [password, privateKey, enable] = [new Secret('p'), new Secret('k'), new Secret('e')]
    assert.deepEqual(sentSecrets({ password, privateKey, enable }, 'login'), [{ privateKey }, { password }])
    assert.deepEqual(sentSecrets({ password, privateKey, enable }, 'enable'), [{ enable }])
    assert.deepEqual(sentSecrets({ password }, 'enable'), [])
  })
})
