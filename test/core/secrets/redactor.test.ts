import assert from 'node:assert/strict'
import { generateKeyPairSync } from 'node:crypto'
import fc from 'fast-check'
import { describe, it } from 'mocha'
import { Secret } from '../../../packages/core/src/secret.ts'
import { createRedactor } from '../../../packages/core/src/secrets/redactor.ts'

function redactorOf(...passwords: readonly string[]) {
  const redactor = createRedactor()
  for (const password of passwords) redactor.add({ password: new Secret(password) })
  return redactor
}

describe('redactor', () => {
  it('replaces a secret in each form that programs print', () => {
    const secret = 'p@ss "wörd"/+&%\\ 1'
    const forms = [
      secret,
      JSON.stringify(secret).slice(1, -1),
      encodeURIComponent(secret),
      new URLSearchParams({ a: secret }).toString().slice(2),
      Buffer.from(secret).toString('base64'),
      Buffer.from(secret).toString('base64url'),
    ]
    const redactor = redactorOf(secret)
    for (const form of forms) assert.equal(redactor.redact(`a ${form} b`), 'a [secret] b', form)
  })

  it('finds it inside the base64 of something longer, as in basic authentication', () => {
    const secret = 'a-password-of-some-length'
    for (const before of ['', 'u:', 'us:', 'user:', 'admin:']) {
      const encoded = Buffer.from(`${before}${secret}:rest`).toString('base64')
      const redacted = redactorOf(secret).redact(encoded)
      assert.match(redacted, /\[secret\]/, before)
      assert.doesNotMatch(Buffer.from(redacted.replace('[secret]', ''), 'base64').toString('latin1'), /password-of/)
    }
  })

  it('leaves no secret in any text, wherever and however often it stands', () => {
    const secret = fc.string({ minLength: 4, maxLength: 30 })
    fc.assert(
      fc.property(
        fc.array(secret, { minLength: 1, maxLength: 5 }),
        fc.array(fc.string(), { maxLength: 6 }),
        (secrets, between) => {
          const redactor = redactorOf(...secrets)
          const text = between.flatMap((each, index) => [each, secrets[index % secrets.length] ?? '']).join('')
          const left = redactor.redact(text).split('[secret]')
          for (const each of secrets)
            for (const part of left) assert.ok(!part.includes(each), JSON.stringify([text, each]))
        },
      ),
    )
  })

  it('replaces a private key line by line, as a terminal would show it', () => {
    const { privateKey } = generateKeyPairSync('ed25519')
    const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
    const redactor = createRedactor()
    redactor.add({ privateKey: new Secret(pem), passphrase: new Secret('of the key'), enable: new Secret('to enable') })
    const body = pem.split('\n')[1] ?? ''
    assert.equal(redactor.redact(`| ${body}\r\n`), '| [secret]\r\n')
    assert.equal(redactor.redact('of the key, to enable'), '[secret], [secret]')
  })

  it('replaces short secrets only where they stand alone', () => {
    const redactor = redactorOf('lab', 'a.b')
    assert.equal(
      redactor.redact('password lab, label, collab "lab" a.b axb'),
      'password [secret], label, collab "[secret]" [secret] axb',
    )
  })

  it('takes the longest of several that begin alike', () => {
    assert.equal(redactorOf('netops', 'netops-2').redact('netops-2 netops'), '[secret] [secret]')
  })

  it('gives a text without secrets back as it is, and knows nothing of other redactors', () => {
    assert.equal(redactorOf('hunter2hunter2').redact('nothing here'), 'nothing here')
    assert.equal(redactorOf().redact('hunter2hunter2'), 'hunter2hunter2')
  })
})
