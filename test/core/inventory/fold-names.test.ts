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
    assert.equal(foldNamesShort(['a-1', 'a-2', 'b'], 2), 'a-[1,2] b')
  })

  it('shows a few of hundreds of numbers with gaps between them, and counts the others', () => {
    const names = Array.from({ length: 1000 }, (_, index) => `sw-${String(index).padStart(4, '0')}`)
    const odd = names.filter((_, index) => index % 3 === 1)
    assert.equal(foldNamesShort(odd, 3), 'sw-[0001,0004,0007,0010] … 329 more')
    assert.equal(foldNamesShort([...names, 'core'], 3), 'sw-[0000-0999] core')
    assert.equal(foldNamesShort([...odd, 'core'], 3), 'sw-[0001,0004,0007,0010] core … 329 more')
    assert.equal(foldNames(odd).join(' ').split(',').length, 333)
  })
})
