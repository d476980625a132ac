import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { NetlatchError } from '../../packages/core/src/errors.ts'
import { withoutSecrets, wording } from '../../packages/n8n-nodes/src/run/wording.ts'
import { canary } from './support/customers.ts'

describe('what a node says of an error', () => {
  it('holds no secret, though nobody foresaw the error', () => {
    const secret = canary()
    const redact = (text: string) => text.replaceAll(secret, '[secret]')
    const { message, code } = wording(withoutSecrets(new TypeError(`${secret} is not iterable`), { redact }))
    assert.deepEqual([message, code], ['[secret] is not iterable', 'UNEXPECTED'])
  })

  it('keeps what Netlatch itself says, with its code', () => {
    const error = new NetlatchError('NOT_FOUND', 'There is no such device.', { advice: 'netlatch inventory list' })
    assert.deepEqual(wording(withoutSecrets(error, { redact: () => '' })), {
      code: 'NOT_FOUND',
      message: 'There is no such device',
      description: 'On the command line: netlatch inventory list',
    })
  })
})
