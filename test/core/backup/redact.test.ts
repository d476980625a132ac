import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { describe, it } from 'mocha'
import { type RedactOptions, redactConfiguration } from '../../../packages/core/src/backup/redact.ts'
import type { Platform } from '../../../packages/core/src/platforms/platform.ts'
import { configurationFixture, configurationFixtures } from '../../support/configuration-fixtures.ts'

const key = randomBytes(32)
const options: RedactOptions = { device: 'fra-1', key, redact: (text) => text, whole: true }
const { platform } = configurationFixture('cisco_ios')
const redact = (text: string, more: Partial<RedactOptions> = {}, of: Platform = platform) =>
  redactConfiguration(text, of, { ...options, ...more })

describe('redacting a configuration', () => {
  for (const { platform: of, output, secrets } of configurationFixtures()) {
    it(`replaces every secret of ${of.name} and keeps every line`, () => {
      const redacted = redact(output, {}, of)
      assert.deepEqual(
        [...secrets].filter(([, secret]) => redacted.includes(secret)).map(([name]) => name),
        [],
      )
      assert.equal(redacted.split('\n').length, output.split('\n').length)
      assert.equal(redacted.match(/<nl:(?:[\w-]{16}|salted)>/g)?.length, secrets.size)
    })

    it(`leaves no secret of ${of.name} in a capture cut anywhere`, () => {
      for (let at = 0; at < output.length; at++) {
        const cut = output.slice(0, output.lastIndexOf('\n', at) + 1)
        const redacted = redact(cut, { whole: false }, of)
        for (const [name, secret] of secrets) assert.ok(!redacted.includes(secret.slice(0, 6)), `${name} at ${at}`)
      }
    })
  }

  it('shows a changed secret as a changed line, and an unchanged one as the same', () => {
    const line = (secret: string) => redact(`snmp-server community ${secret} RO\n`)
    assert.equal(line('one-community'), line('one-community'))
    assert.notEqual(line('one-community'), line('other-community'))
    assert.match(line('one-community'), /^snmp-server community <nl:[\w-]{16}> RO\n$/)
  })

  it('keeps the line of a secret that the device encrypts anew each time, and gives it no fingerprint', () => {
    const { platform: fortinet } = configurationFixture('fortinet')
    const line = (secret: string) => redact(`        set password ENC ${secret}\n`, {}, fortinet)
    assert.equal(line('one/Value+=='), '        set password ENC <nl:salted>\n')
    assert.equal(line('another/Value+=='), line('one/Value+=='))
  })

  it('gives the same secret another fingerprint on another device and under another key', () => {
    const text = 'snmp-server community shared RO\n'
    assert.notEqual(redact(text, { device: 'fra-1' }), redact(text, { device: 'fra-2' }))
    assert.notEqual(redact(text), redact(text, { key: randomBytes(32) }))
  })

  it('replaces private keys over several lines, whatever the platform knows of them', () => {
    const body = Array.from({ length: 8 }, () => randomBytes(48).toString('base64')).join('\n')
    const pem = (kind: string) =>
      `a\n-----BEGIN ${kind}PRIVATE KEY-----\n${body}\n-----END ${kind}PRIVATE KEY-----\nb\n`
    for (const kind of ['', 'RSA ', 'OPENSSH ', 'ENCRYPTED ', 'EC ']) {
      const redacted = redact(pem(kind), {}, { ...platform, secrets: [] })
      assert.match(
        redacted,
        /^a\n-----BEGIN [A-Z ]*PRIVATE KEY-----\s*<nl:[\w-]{16}>\s*-----END [A-Z ]*PRIVATE KEY-----\nb\n$/,
      )
    }
    const cut = pem('RSA ').slice(0, 200)
    assert.ok(!redact(cut, { whole: false }, { ...platform, secrets: [] }).includes(body.slice(0, 20)))
    assert.throws(() => redact(cut), { code: 'CAPTURE_HELD' })
  })

  it('replaces hashes that no pattern of the platform names', () => {
    const hash = randomBytes(16).toString('hex')
    const redacted = redact(`some new-command $9$${hash}\nother "$6$salt$${hash}";\n`)
    assert.ok(!redacted.includes(hash))
    assert.equal(redacted.match(/<nl:/g)?.length, 2)
  })

  it('is careful with a capture that may be of another platform', () => {
    const secret = randomBytes(12).toString('hex')
    const text = `set system api-password "${secret}"\nauth-key = ${secret}\nset passphrase ${secret}\n`
    assert.ok(!redact(text, { whole: false }).includes(secret))
  })

  it('replaces one secret found by two patterns once', () => {
    const twice = { ...platform, secrets: [...platform.secrets, { name: 'all', pattern: 'community (?<secret>.+)$' }] }
    assert.match(redact('snmp-server community abcdef RO\n', {}, twice), /^snmp-server community <nl:[\w-]{16}>\n$/)
  })

  it('passes through the redactor of the process, and stores nothing when a secret survives it', () => {
    const secret = randomBytes(12).toString('hex')
    const text = `description ${secret}\n`
    assert.equal(redact(text, { redact: (one) => one.replaceAll(secret, '[secret]') }), 'description [secret]\n')
    const halting = (one: string) => one.replace('s', '')
    assert.throws(() => redact('sss\n', { redact: halting }), { code: 'CAPTURE_HELD', message: /Nothing was stored/ })
    const broken = () => {
      throw new Error('broken')
    }
    assert.throws(() => redact(text, { redact: broken }), /broken/)
  })

  it('stores nothing when a pattern is unusable, and names it without the text', () => {
    for (const pattern of ['(?<secret>[', 'password (\\S+)']) {
      const broken = { ...platform, secrets: [{ name: 'my pattern', pattern }] }
      assert.throws(
        () => redact('password abc\n', {}, broken),
        (error: Error) => {
          assert.match(error.message, /^fra-1: pattern "my pattern" .*\. Nothing was stored\.$/)
          assert.ok(!error.message.includes('abc'))
          return true
        },
      )
    }
    assert.throws(() => redact('x\n', { key: randomBytes(8) }), { code: 'CAPTURE_HELD' })
  })
})
