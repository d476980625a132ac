import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { problemText } from '../../packages/cli/src/problem-lines.ts'
import { aboveBar } from '../../packages/cli/src/progress-bar.ts'
import { wrapWords } from '../../packages/cli/src/wrap-words.ts'

const problem = {
  code: 'no-candidate',
  severity: 'warning',
  message: 'no credential applies to device fra-core-1',
  advice: 'Give it a tag of a credential, or credential:; netlatch creds explain says why none applies.',
  at: { file: 'inventory.yaml', line: 6, column: 3 },
} as const

describe('a problem on a terminal', () => {
  it('is broken between words, its advice below it', () => {
    assert.equal(
      problemText(problem, 80),
      `inventory.yaml:6:3  warning: no credential applies to device fra-core-1
    Give it a tag of a credential, or credential:; netlatch creds explain says
    why none applies.`,
    )
  })

  it('has its advice below its text where there is room, and all on one line where that is short', () => {
    assert.match(problemText(problem, 120), /device fra-core-1\n {20}Give it .* applies\.$/)
    assert.equal(
      problemText({ ...problem, advice: 'Tag it.' }, 80),
      'inventory.yaml:6:3  warning: no credential applies to device fra-core-1. Tag it.',
    )
  })

  it('keeps a word whole that is longer than the line', () => {
    assert.equal(wrapWords(`see ${'x'.repeat(30)} there`, 20, 2), `  see\n  ${'x'.repeat(30)}\n  there`)
  })
})

describe('a line above the bar of a run', () => {
  const waits =
    '  11 devices wait until 08:58 for the attempt budget; Ctrl-C is safe; sooner: netlatch creds release netops'

  it('goes on in the next one, because the terminal would cut it', () => {
    const lines = aboveBar(waits, 80).split('\n')
    assert.deepEqual(lines, [
      '  11 devices wait until 08:58 for the attempt budget; Ctrl-C is safe; sooner:',
      '    netlatch creds release netops',
    ])
  })

  it('stays as it is where it fits', () => {
    assert.equal(aboveBar(waits, 120), waits)
  })
})
