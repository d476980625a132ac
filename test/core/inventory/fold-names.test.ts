import assert from 'node:assert/strict'
import fc from 'fast-check'
import { describe, it } from 'mocha'
import { foldNames, foldNamesShort, selectionOfNames } from '../../../packages/core/src/inventory/fold-names.ts'
import { parseSelection } from '../../../packages/core/src/inventory/parse-selection.ts'
import { termsOf } from '../../../packages/core/src/inventory/selection.ts'
import { compilePattern } from '../../../packages/core/src/inventory/selection-pattern.ts'

describe('folding device names', () => {
  it('writes runs as ranges and gaps as lists', () => {
    assert.deepEqual(foldNames(['fra-acc-40', 'fra-acc-41', 'fra-acc-42', 'fra-acc-45']), ['fra-acc-[40-42,45]'])
    assert.deepEqual(foldNames(['a-03', 'a-08']), ['a-[03,08]'])
  })

  it('follows numbers over the widths that they have without zeros in front, and keeps padded ones by their width', () => {
    assert.deepEqual(foldNames(['sw-10', 'sw-9', 'sw-11']), ['sw-[9-11]'])
    assert.deepEqual(foldNames(Array.from({ length: 30 }, (_, index) => `fra-core-${index + 1}`)), ['fra-core-[1-30]'])
    assert.deepEqual(foldNames(['a-08', 'a-09', 'a-10', 'a-100', 'a-101', 'a-9']), ['a-[08-10]', 'a-[9,100,101]'])
    assert.deepEqual(foldNames(['c-0', 'c-1', 'c-2']), ['c-[0-2]'])
    assert.deepEqual(foldNames(['s-1234567890', 's-1234567891']), ['s-1234567890', 's-1234567891'])
  })

  it('selects exactly the names that it was given, whatever they are', () => {
    const digits = fc.oneof(fc.nat({ max: 130 }).map(String), fc.stringMatching(/^0{0,2}[0-9]{1,10}$/))
    const part = fc.constantFrom('', 'sw-', 'fra 1-', 'a"b', "it's-", 'x,y', '[', '-b', 'é*', 'and', 'SW-')
    const name = fc.oneof(
      fc.tuple(part, digits, part).map(([before, number, after]) => `${before}${number}${after}`),
      fc.constantFrom('and', 'or', 'not', 'all', 'core'),
    )
    const valid = name.filter((text) => /^(?![-@\s]).{1,60}(?<!\s)$/.test(text))
    fc.assert(
      fc.property(fc.uniqueArray(valid, { minLength: 1, maxLength: 40 }), (names) => {
        const selection = parseSelection(`name:${selectionOfNames(names).join(',')}`)
        const terms = termsOf(selection)
        const tests = terms.flatMap(({ values }) => values).map(compilePattern)
        const isSelected = (text: string) => tests.some((test) => test(text))
        for (const one of names) assert.ok(isSelected(one), one)
        const near = names.flatMap((one) => [
          one.replace(/\d+/, (number) => String(Number(number) + 1)),
          one.replace(/\d+/, '0$&'),
          `${one}0`,
        ])
        const folded = new Set(names.map((one) => one.toLowerCase()))
        for (const other of near) assert.equal(isSelected(other), folded.has(other.toLowerCase()), other)
      }),
      { numRuns: process.env.NETLATCH_LONG ? 20_000 : 300 },
    )
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
