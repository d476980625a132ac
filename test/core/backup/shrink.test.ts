import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { checkShrink } from '../../../packages/core/src/backup/shrink.ts'

const size = (bytes: number, sections: number, sha256 = `${bytes}/${sections}`) => ({ bytes, sections, sha256 })

describe('the shrink gate', () => {
  it('lets the first capture pass, and growth', () => {
    assert.deepEqual(checkShrink(size(10, 1), undefined), { ok: true })
    assert.deepEqual(checkShrink(size(1000, 100), size(10, 1)), { ok: true })
  })

  it('holds less than half of the bytes', () => {
    assert.deepEqual(checkShrink(size(500, 100), size(1000, 100)), { ok: true })
    assert.deepEqual(checkShrink(size(499, 100), size(1000, 100)), {
      ok: false,
      because: 'shrank from 1,000 bytes to 499 bytes',
    })
  })

  it('holds less than seven sections in ten', () => {
    assert.deepEqual(checkShrink(size(1000, 70), size(1000, 100)), { ok: true })
    assert.deepEqual(checkShrink(size(1000, 69), size(1000, 100)), {
      ok: false,
      because: 'shrank from 100 sections to 69',
    })
  })

  it('takes what a person accepts, and what comes twice in a row', () => {
    assert.deepEqual(checkShrink(size(1, 1), size(1000, 100), { acceptShrink: true }), { ok: true })
    assert.deepEqual(checkShrink(size(1, 1, 'a'), size(1000, 100), { lastHeld: { sha256: 'a' } }), { ok: true })
    assert.equal(checkShrink(size(1, 1, 'a'), size(1000, 100), { lastHeld: { sha256: 'b' } }).ok, false)
  })
})
