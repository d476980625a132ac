import assert from 'node:assert/strict'
import { createPrivateKey } from 'node:crypto'
import { describe, it } from 'mocha'
import { createPrivateKeyReader, readPrivateKey } from '../../../packages/core/src/connection/ssh2-private-key.ts'
import { Secret } from '../../../packages/core/src/secret.ts'
import { ecdsaKeyPair, ed25519KeyPair, rsaKeyPair } from '../../support/ssh-keys.ts'

const passphrase = new Secret('correct horse')

function encrypted(pem: string, type: 'pkcs1' | 'pkcs8'): Secret {
  const key = createPrivateKey(pem)
  return new Secret(
    key.export({ type, format: 'pem', cipher: 'aes-128-cbc', passphrase: passphrase.reveal() }).toString(),
  )
}

describe('private keys', () => {
  it('are read in the formats that people have', () => {
    for (const pair of [ed25519KeyPair(), ecdsaKeyPair(), rsaKeyPair(), rsaKeyPair(2048, 'pkcs8')]) {
      assert.equal(readPrivateKey(new Secret(pair.privateKey), undefined).key?.type, pair.type)
    }
  })

  it('are opened with their passphrase, and say what is wrong without it', () => {
    const rsa = rsaKeyPair().privateKey
    for (const type of ['pkcs1', 'pkcs8'] as const) {
      const key = encrypted(rsa, type)
      assert.equal(readPrivateKey(key, passphrase).key?.type, 'ssh-rsa', type)
      const without = readPrivateKey(key, undefined)
      assert.equal('reason' in without && without.reason, 'the private key needs its passphrase')
      const wrong = readPrivateKey(key, new Secret('wrong'))
      assert.equal('reason' in wrong && wrong.reason, 'the passphrase does not open the private key')
    }
  })

  it('are told from public keys and other text', () => {
    const pair = ed25519KeyPair()
    const publicKey = readPrivateKey(new Secret(`${pair.type} ${pair.publicKey}`), undefined)
    assert.equal('reason' in publicKey && publicKey.reason, 'this is a public key, not a private one')
    const text = readPrivateKey(new Secret('hello'), undefined)
    assert.equal('reason' in text && text.reason, 'the private key is in no format that can be read')
  })

  it('are opened once by a reader, and again with another passphrase', () => {
    const read = createPrivateKeyReader()
    const key = encrypted(rsaKeyPair().privateKey, 'pkcs1')
    const first = read(key, passphrase)
    assert.ok(first.key)
    assert.equal(read(new Secret(key.reveal()), new Secret(passphrase.reveal())), first)
    assert.equal(read(key, new Secret('wrong')).key, undefined)
  })
})
