import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { foldNames, foldNamesShort } from '../../../packages/core/src/inventory/fold-names.ts'

describe('folding device names', () => {
  it('writes runs as ranges and gaps as lists', () => {
    assert.deepEqual(foldNames(['fra-acc-40', 'fra-acc-41', 'fra-acc-42', 'fra-acc-45']), ['fra-acc-[40-42,45]'])
    assert.deepEqual(foldNames(['a-03', 'a-08']), ['a-[03,08]'])
  })

  it('keeps names apart whose numbers have another width', () => {
    assert.deepEqual(foldNames(['sw-9', 'sw-10', 'sw-11']), ['sw-9', 'sw-[10,11]'])
  })

  it('leaves names without a number alone', () => {
    assert.deepEqual(foldNames(['core', 'edge-1']), ['core', 'edge-1'])
  })

  it('counts the devices it does not show', () => {
    assert.equal(foldNamesShort(['a-1', 'b', 'c', 'd'], 2), 'a-1 b … 2 more')
    assert.equal(foldNamesShort(['a-1', 'a-2', 'b', 'c'], 2), 'a-[1,2] b … 1 more')
  })
})
