import assert from 'node:assert/strict'
import { format, inspect } from 'node:util'
import { describe, it } from 'mocha'
import { Secret } from '../../packages/core/src/secret.ts'

describe('a secret', () => {
  const secret = new Secret('hunter2')
  const login = { username: 'netops', password: secret }

  it('is opened by reveal alone', () => {
    assert.equal(secret.reveal(), 'hunter2')
  })

  it('never prints, however it is turned into text', () => {
    const texts = [
      String(secret),
      `${secret}`,
      `a${secret}b`,
      JSON.stringify(login),
      JSON.stringify([secret]),
      inspect(login, { depth: 9, showHidden: true, getters: true }),
      format('%s %o %O %j', secret, secret, secret, secret),
      new Error(`refused: ${secret}`, { cause: secret }).stack ?? '',
      inspect(new Error('refused', { cause: login })),
      inspect(new Map([[secret, secret]])),
      Object.entries(secret).flat().join(' '),
    ]
    for (const text of texts) assert.doesNotMatch(text, /hunter2/)
    assert.equal(String(secret), '[secret]')
    assert.equal(JSON.stringify(login), '{"username":"netops","password":"[secret]"}')
  })

  it('cannot be copied to another thread or stored', () => {
    assert.throws(() => structuredClone(secret), /could not be cloned/)
    assert.throws(() => structuredClone(login), /could not be cloned/)
  })
})
