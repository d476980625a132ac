import assert from 'node:assert/strict'
import { it } from 'mocha'
import { NetlatchError } from '../../packages/core/src/errors.ts'
import type { LoginSecret } from '../../packages/core/src/secret.ts'
import type { SecretProvider, SecretRef } from '../../packages/core/src/secrets/secret-provider.ts'
import { deviceOf } from './temporary-vault.ts'

/** One provider with a store behind it, prepared by the test that runs the suite. All references are for the device `core-1`. */
export interface ProviderUnderTest {
  readonly provider: SecretProvider
  /** Leads to the password `p@ss "w0rd" ÄÖ`. */
  readonly password: SecretRef
  /** Leads to password `pw`, enable `en`, a private key of two lines and its passphrase `ph`. */
  readonly login: SecretRef
  /** Leads to nothing. */
  readonly absent: SecretRef
  /** Cannot be looked up at all. */
  readonly broken: SecretRef
}

/** A provider whose references are filled in with the device. */
export interface TemplateProviderUnderTest extends ProviderUnderTest {
  /** Takes the device's name; leads to the password `of core-1`. */
  readonly template: SecretRef
}

export const awkwardPassword = 'p@ss "w0rd" ÄÖ'
export const wholeLogin = { password: 'pw', enable: 'en', privateKey: 'line 1\nline 2', passphrase: 'ph' }

const reveal = async (secret: LoginSecret) =>
  Object.fromEntries(Object.entries(secret).map(([part, value]) => [part, value.reveal()]))

/** What every provider must do, whatever it reads from. */
export function describeSecretProvider(make: () => Promise<ProviderUnderTest>): void {
  const device = deviceOf()
  it('hands a password out for the length of the call and gives back what the call gave', async () => {
    const { provider, password } = await make()
    assert.deepEqual(await provider.use(password, device, reveal), { password: awkwardPassword })
  })

  it('hands out all parts of a login', async () => {
    const { provider, login } = await make()
    assert.deepEqual(await provider.use(login, device, reveal), wholeLogin)
  })

  it('gives null for what is not there, and does not call', async () => {
    const { provider, absent } = await make()
    assert.equal(await provider.use(absent, device, async () => assert.fail('called')), null)
  })

  it('passes on what the call throws', async () => {
    const { provider, password } = await make()
    const thrown = new TypeError('of the caller')
    await assert.rejects(
      provider.use(password, device, async () => {
        throw thrown
      }),
      (error) => error === thrown,
    )
  })

  it('says that it could not look, without a word of any secret', async () => {
    const { provider, broken } = await make()
    await assert.rejects(
      provider.use(broken, device, async () => assert.fail('called')),
      (error: unknown) => {
        assert.ok(error instanceof NetlatchError, String(error))
        assert.equal(error.code, 'SECRET_UNAVAILABLE')
        assert.ok(error.details.reason, 'a reason for the advice')
        assert.match(error.message, /^core-1: .+\.$/)
        return true
      },
    )
  })

  it('does not begin when it was aborted before', async () => {
    const { provider, password } = await make()
    const reason = new Error('stopped')
    const aborted = { signal: AbortSignal.abort(reason) }
    await assert.rejects(
      provider.use(password, device, async () => assert.fail('called'), aborted),
      (error) => error === reason,
    )
  })
}

/** The same, and what references with places for the device must do. */
export function describeTemplateProvider(make: () => Promise<TemplateProviderUnderTest>): void {
  describeSecretProvider(make)

  it('fills in the device, and takes no value that could lead elsewhere', async () => {
    const { provider, template } = await make()
    assert.deepEqual(await provider.use(template, deviceOf(), reveal), { password: 'of core-1' })
    for (const name of ['../core-1', 'a/b', '..', '.', '-rf', 'a b', 'a;b', 'a$(b)', 'ä', 'a\nb', ''])
      await assert.rejects(
        provider.use(template, deviceOf({ name }), async () => assert.fail('called')),
        { code: 'SECRET_UNAVAILABLE' },
        JSON.stringify(name),
      )
  })
}
