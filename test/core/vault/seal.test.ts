import assert from 'node:assert/strict'
import { createCipheriv, randomBytes } from 'node:crypto'
import { describe, it } from 'mocha'
import { seal, unseal } from '../../../packages/core/src/vault/seal.ts'

describe('sealed values', () => {
  const key = randomBytes(32)

  it('opens with the same key and context, and with no other', () => {
    const text = seal(key, 'context', Buffer.from('secret'))
    assert.equal(unseal(key, 'context', text)?.toString(), 'secret')
    assert.equal(unseal(randomBytes(32), 'context', text), null)
    assert.equal(unseal(key, 'Context', text), null)
  })

  it('never seals twice to the same text', () => {
    assert.notEqual(seal(key, '', Buffer.from('x')), seal(key, '', Buffer.from('x')))
  })

  it('takes no tag shorter than 16 bytes', () => {
    const iv = randomBytes(12)
    const cipher = createCipheriv('aes-256-gcm', key, iv, { authTagLength: 4 })
    const body = Buffer.concat([cipher.update(Buffer.alloc(12, 'a')), cipher.final(), cipher.getAuthTag()])
    assert.equal(body.length, 16)
    assert.equal(unseal(key, '', `nl1:${iv.toString('base64')}:${body.toString('base64')}`), null)
    const short = seal(key, '', Buffer.alloc(0)).split(':')
    const tag = Buffer.from(short[2] ?? '', 'base64')
      .subarray(0, 4)
      .toString('base64')
    assert.equal(unseal(key, '', `nl1:${short[1]}:${tag}`), null)
  })

  it('takes one spelling of its base64 only', () => {
    const text = seal(key, '', Buffer.from('x'))
    for (const other of [`${text}\n`, text.replace('=', ''), `${text}=`, text.replace('nl1', 'NL1')])
      if (other !== text) assert.equal(unseal(key, '', other), null, other)
  })

  it('finds every flipped bit', () => {
    const text = seal(key, 'context', Buffer.from('password'))
    const [, iv = '', body = ''] = text.split(':')
    for (const [index, part] of [iv, body].entries()) {
      const bytes = Buffer.from(part, 'base64')
      for (let bit = 0; bit < bytes.length * 8; bit++) {
        const flipped = Buffer.from(bytes)
        flipped.writeUInt8(flipped.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3)
        const parts = [iv, body].with(index, flipped.toString('base64'))
        assert.equal(unseal(key, 'context', `nl1:${parts.join(':')}`), null)
      }
    }
  })
})
