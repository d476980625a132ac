import assert from 'node:assert/strict'
import fc from 'fast-check'
import { describe, it } from 'mocha'
import { NetlatchError } from '../../../packages/core/src/errors.ts'
import { parseSelection } from '../../../packages/core/src/inventory/parse-selection.ts'
import { printSelection, type Selection, selectionKeys } from '../../../packages/core/src/inventory/selection.ts'
import { compilePattern, type Pattern, type Segment } from '../../../packages/core/src/inventory/selection-pattern.ts'

/** A selection without the columns, which change when it is printed. */
function bare(selection: Selection): unknown {
  return JSON.parse(JSON.stringify(selection, (key, value) => (key === 'column' ? undefined : value)))
}

function answer(text: string): string {
  try {
    return printSelection(parseSelection(text))
  } catch (error) {
    assert.ok(error instanceof NetlatchError && error.code === 'SELECTION_INVALID', String(error))
    return `${error.message} ${error.advice ?? ''}`.trim()
  }
}

describe('parseSelection', () => {
  it('binds and before or, and not before both', () => {
    assert.equal(answer('a or b and not c'), 'a or b and not c')
    assert.equal(answer('(a or b) and not (c or d)'), '(a or b) and not (c or d)')
    assert.deepEqual(bare(parseSelection('a or b and c')), bare(parseSelection('a or (b and c)')))
    assert.notDeepEqual(bare(parseSelection('(a or b) and c')), bare(parseSelection('a or b and c')))
  })

  it('reads separate arguments as one text, and words of the language in any case', () => {
    assert.equal(printSelection(parseSelection(['site:fra', 'AND', 'Not', 'lab'])), 'site:fra and not lab')
  })

  it('says what is wrong at which column, and what to write', () => {
    assert.equal(
      answer('site:fra and'),
      '"site:fra and", column 13: something is missing: it ends here. Write a device, a tag or key:value here.',
    )
    assert.equal(answer('(a or b'), '"(a or b", column 1: a ( without its ). Add the ).')
    assert.equal(
      answer('a b'),
      '"a b", column 3: two terms with nothing between them. Write a,b for either of them, or: a and b.',
    )
    assert.equal(answer('sit:fra'), '"sit:fra", column 1: unknown key "sit". Did you mean site?')
    assert.equal(
      answer('sw-[3-1]'),
      '"sw-[3-1]", column 5: the range 3-1 runs backwards. Write a range as sw-[01-12] or sw-[01,03,07-09].',
    )
    assert.equal(
      answer('sw-[1,x]'),
      '"sw-[1,x]", column 7: "x" is no range of numbers. Write a range as sw-[01-12] or sw-[01,03,07-09].',
    )
    assert.equal(answer('a and "b'), '"a and "b", column 7: a quote that does not end. Add " at its end.')
    assert.match(answer('tag:a,,b'), /column 1: a value is missing/)
    assert.match(answer(`${'('.repeat(2000)}a${')'.repeat(2000)}`), /nested too deeply/)
    assert.match(answer(`${'not '.repeat(2000)}a`), /nested too deeply/)
  })

  it("answers other tools' habits in its own words", () => {
    assert.match(answer('dc1:&core:!lab'), /Write: dc1 and core and not lab$/)
    assert.match(answer('web,db:!lab'), /Write: web,db and not lab$/)
    assert.match(answer('!lab'), /Write: all and not lab$/)
    assert.match(answer('dc1:dc2'), /Several names: dc1,dc2$/)
    assert.match(answer('~web'), /regular expressions are not read/)
    assert.match(answer('site=fra'), /Write: site:fra$/)
    assert.match(answer('role!=access'), /Write: not role:access$/)
    assert.match(answer('older>30d'), /">" has no meaning here/)
    assert.match(answer('a|b'), /column 2/)
  })

  it('takes IPv6 addresses without quotes', () => {
    assert.equal(answer('host:2001:db8::/32'), 'host:2001:db8::/32')
    assert.equal(answer('fe80::1'), '"fe80::1"')
  })

  it('never fails in another way than with SELECTION_INVALID', () => {
    const piece = fc.constantFrom(
      'a',
      'tag:',
      'site:x',
      '(',
      ')',
      'and',
      'or',
      'not',
      '"',
      "'",
      '[',
      ']',
      '[1-2]',
      '*',
      ',',
      ':',
      '@',
      '@-',
      '!',
      '&',
      '\\',
      ' ',
    )
    const text = fc.oneof(
      fc.array(piece, { maxLength: 12 }).map((parts) => parts.join('')),
      fc.string({ maxLength: 20 }),
    )
    fc.assert(
      fc.property(text, (given) => void answer(given)),
      { numRuns: 2000 },
    )
  })

  it('reads back what it prints', () => {
    const word = fc.oneof(
      fc.constantFrom(
        'core',
        'and',
        'all',
        'Not',
        'a b',
        '"',
        "it's",
        '@x',
        '-x',
        'a:b',
        'fe80::1',
        '\\',
        '10.0.0.0/8',
        'ü',
        '!',
        'a=b',
      ),
      fc.string({ minLength: 1, maxLength: 8 }),
    )
    const number = fc
      .nat({ max: 999 })
      .chain((from) =>
        fc.record({ from: fc.constant(String(from)), to: fc.nat({ max: 99 }).map((more) => String(from + more)) }),
      )
    const segment: fc.Arbitrary<Segment> = fc.oneof(
      word.map((text): Segment => ({ kind: 'literal', text })),
      fc.constantFrom<Segment>({ kind: 'any' }, { kind: 'one' }),
      fc.array(number, { minLength: 1, maxLength: 3 }).map((ranges): Segment => ({ kind: 'range', ranges })),
    )
    // Two literals side by side are one.
    const pattern = fc
      .array(segment, { minLength: 1, maxLength: 4 })
      .map((segments) =>
        segments.filter((each, index) => each.kind !== 'literal' || segments[index - 1]?.kind !== 'literal'),
      )
    const values = fc
      .tuple(pattern, fc.array(pattern, { maxLength: 2 }))
      .map(([first, rest]): [Pattern, ...Pattern[]] => [first, ...rest])
    const term = fc
      .tuple(fc.option(fc.constantFrom(...selectionKeys), { nil: undefined }), values)
      .map(([key, list]): Selection => ({ kind: 'term', ...(key && { key }), values: list, column: 1 }))
    const leaf = fc.oneof(
      { weight: 5, arbitrary: term },
      fc.constant<Selection>({ kind: 'all' }),
      fc.constant<Selection>({ kind: 'failed' }),
      word.map((source): Selection => ({ kind: 'file', source })),
    )
    const { tree } = fc.letrec<{ tree: Selection }>((tie) => ({
      tree: fc.oneof(
        { depthSize: 'small', withCrossShrink: true },
        leaf,
        tie('tree').map((operand): Selection => ({ kind: 'not', operand })),
        fc
          .tuple(
            fc.constantFrom('and' as const, 'or' as const),
            tie('tree'),
            tie('tree'),
            fc.array(tie('tree'), { maxLength: 1 }),
          )
          .map(([kind, a, b, rest]): Selection => ({ kind, operands: [a, b, ...rest] })),
      ),
    }))
    fc.assert(
      fc.property(tree, (selection) => {
        assert.deepEqual(bare(parseSelection(printSelection(selection))), bare(selection))
      }),
      { numRuns: process.env.NETLATCH_LONG ? 50_000 : 1000 },
    )
  })
})

describe('compilePattern', () => {
  const matches = (value: string, text: string) => {
    const selection = parseSelection(`name:${value}`)
    return selection.kind === 'term' && compilePattern(selection.values[0])(text)
  }

  it('reads ranges with the zeros they were written with', () => {
    assert.ok(matches('sw-[01-12]', 'SW-07') && matches('sw-[01-12]', 'sw-12'))
    assert.ok(!matches('sw-[01-12]', 'sw-7') && !matches('sw-[01-12]', 'sw-13') && !matches('sw-[01-12]', 'sw-007'))
    assert.ok(matches('sw-[8-12]', 'sw-8') && matches('sw-[8-12]', 'sw-10') && !matches('sw-[8-12]', 'sw-08'))
    assert.ok(matches('sw-[01,03,07-09]b', 'sw-03b') && !matches('sw-[01,03,07-09]b', 'sw-04b'))
    assert.ok(matches('sw-[1-2][1-2]', 'sw-21') && !matches('sw-[1-2][1-2]', 'sw-31'))
  })

  it('matches whole texts, and * and ? only where they have no quotes', () => {
    assert.ok(matches('fra-*-1', 'fra-core-1') && !matches('fra-*-1', 'xfra-core-1') && matches('f?a', 'fra'))
    assert.ok(matches('"f*"', 'f*') && !matches('"f*"', 'fra'))
  })

  it('ends for patterns that would keep a backtracking matcher busy for ever', () => {
    assert.ok(!matches(`${'*a'.repeat(50)}b`, 'a'.repeat(255)))
  })
})
