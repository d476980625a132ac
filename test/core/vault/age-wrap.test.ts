import assert from 'node:assert/strict'
import { execFileSync, spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'mocha'
import { Secret } from '../../../packages/core/src/secret.ts'
import {
  generateIdentity,
  isRecipient,
  recipientOf,
  unwrapWithIdentities,
  unwrapWithPassphrase,
  wrapForPassphrase,
  wrapForRecipient,
} from '../../../packages/core/src/vault/age-wrap.ts'
import { DataKey } from '../../../packages/core/src/vault/data-key.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

const hasAge = spawnSync('age', ['--version']).status === 0
const hasScript = spawnSync('script', ['--version']).status === 0
const id = '2ecf2ea6e72b9e1a205a2567'

describe('wraps of the data key', () => {
  const folder = temporaryFolder()

  it('open for the identity they were made for, and for no other', async () => {
    const key = DataKey.create(id, 7)
    const [alice, bob] = await Promise.all([generateIdentity(), generateIdentity()])
    const wrap = await wrapForRecipient(key, alice.recipient)
    const opened = await unwrapWithIdentities(wrap, [new Secret(bob.identity), new Secret(alice.identity)])
    assert.deepEqual(opened && Buffer.from(opened), key.toWrap())
    assert.equal(opened && DataKey.fromWrapped(opened)?.fingerprint, key.fingerprint)
    assert.equal(await unwrapWithIdentities(wrap, [new Secret(bob.identity)]), undefined)
  })

  it('open with their passphrase without holding up the event loop, and with no other', async function () {
    this.timeout(20_000)
    const key = DataKey.create(id, 1)
    let turns = 0
    const ticker = setInterval(() => turns++, 1)
    const wrap = await wrapForPassphrase(key, new Secret('grün ist die Heide'), 17)
    const opened = await unwrapWithPassphrase(wrap, new Secret('grün ist die Heide'), 17)
    clearInterval(ticker)
    assert.deepEqual(opened && Buffer.from(opened), key.toWrap())
    assert.ok(turns > 3, 'the event loop went on turning')
    assert.equal(await unwrapWithPassphrase(wrap, new Secret('grun ist die Heide'), 17), undefined)
    // Another work factor than the vault names is not even tried.
    assert.equal(await unwrapWithPassphrase(wrap, new Secret('grün ist die Heide'), 18), undefined)
  })

  it('never say an identity in an error', async () => {
    const wrap = await wrapForRecipient(DataKey.create(id, 1), (await generateIdentity()).recipient)
    const wrong = 'AGE-SECRET-KEY-1NOTANIDENTITY'
    await assert.rejects(unwrapWithIdentities(wrap, [new Secret(wrong)]), (error: Error) => {
      assert.doesNotMatch(`${error.message} ${error.stack} ${String(error.cause)}`, /NOTANIDENTITY/)
      return true
    })
    assert.equal(await recipientOf(new Secret(wrong)), undefined)
  })

  it('are made for age recipients alone', async () => {
    assert.equal(isRecipient((await generateIdentity()).recipient), true)
    for (const wrong of [
      '',
      'age1',
      'age1yubikey1qwerty',
      'ssh-ed25519 AAAA',
      `${(await generateIdentity()).recipient}q`,
    ])
      assert.equal(isRecipient(wrong), false, wrong)
  })

  it('open with stock age by identity', async function () {
    if (!hasAge) return this.skip()
    const key = DataKey.create(id, 3)
    const { identity, recipient } = await generateIdentity()
    writeFileSync(join(folder(), 'identity.txt'), `${identity}\n`, { mode: 0o600 })
    writeFileSync(join(folder(), 'wrap.age'), await wrapForRecipient(key, recipient))
    const opened = execFileSync('age', ['-d', '-i', join(folder(), 'identity.txt'), join(folder(), 'wrap.age')])
    assert.deepEqual(opened, key.toWrap())
  })

  it('open with stock age by passphrase', async function () {
    if (!hasAge || !hasScript) return this.skip()
    this.timeout(20_000)
    const key = DataKey.create(id, 3)
    const wrap = join(folder(), 'passphrase.age')
    const out = join(folder(), 'out')
    writeFileSync(wrap, await wrapForPassphrase(key, new Secret('correct horse battery'), 17))
    // age asks on the terminal alone: script gives it one.
    execFileSync('script', ['-qec', `age -d -o '${out}' '${wrap}'`, '/dev/null'], {
      input: 'correct horse battery\n',
    })
    assert.deepEqual(execFileSync('cat', [out]), key.toWrap())
  })
})
