import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { withoutFollowUps } from '../../../packages/core/src/workspace/follow-ups.ts'
import { parseYaml } from '../../../packages/core/src/workspace/yaml-file.ts'
import { inventoryOfText, shown } from '../../support/inventory-of-text.ts'

const text = `defaults:
  platform: cisco_ios
groups:
  fra: { site: fra }
devices:
  a:
    host: 10.0.0.1
    tags: [core]
  b:
    host: 10.0.0.2
    tags: [core]
  c: { host: 10.0.0.3, groups: [fra], tags: [core] }
  d: { host: 10.0.0.4, hostt: x }
`
const mistakeElsewhere = 'inventory.yaml:13:24 unknown key "hostt" in device d. Did you mean host?'

/** The problems of the text with one line changed. */
function told(line: number, change: (text: string) => string): readonly string[] {
  const lines = text.split('\n')
  const changed = lines.with(line - 1, change(lines[line - 1] ?? '')).join('\n')
  const { problems, files } = inventoryOfText(changed)
  return withoutFollowUps(problems, files).map(shown)
}

describe('one slip in the syntax of a file', () => {
  const slips: readonly (readonly [string, number, (line: string) => string, string, 'contained' | 'open'])[] = [
    [
      'a wrong indent',
      10,
      (line) => line.slice(1),
      '10:10 two keys on one line, or a value that needs quotes',
      'contained',
    ],
    ['an indent too far', 7, (line) => `  ${line}`, '8:1 wrong indentation', 'contained'],
    ['a device out of line', 6, (line) => line.slice(1), '9:1 wrong indentation', 'open'],
    ['a double quote left open', 7, (line) => line.replace('10', '"10'), '7:11 a quote that is not closed', 'open'],
    [
      'a single quote left open',
      11,
      (line) => line.replace('core', "'core"),
      '11:12 a quote that is not closed',
      'open',
    ],
    [
      'a brace left open',
      12,
      (line) => line.replace(' }', ''),
      '12:6 a bracket that is not closed, or wrong indentation',
      'contained',
    ],
    [
      'a list left open',
      8,
      (line) => line.replace(']', ''),
      '8:11 a bracket that is not closed, or wrong indentation',
      'contained',
    ],
    ['a key without its colon', 7, (line) => line.replace('host:', 'host'), '7:5 a key without a colon', 'contained'],
    ['a tab', 7, (line) => line.replace('    ', '\t'), '7:1 a tab as indentation', 'open'],
    ['a section without its colon', 5, (line) => line.replace(':', ''), '5:1 a key without a colon', 'open'],
  ]
  for (const [name, line, change, message, extent] of slips)
    it(`is one problem: ${name}${extent === 'contained' ? ', and mistakes elsewhere are still told' : ''}`, () => {
      const [first, ...others] = told(line, change)
      assert.equal(first, `inventory.yaml:${message}. Correct the YAML here.`)
      assert.deepEqual(others, extent === 'contained' ? [mistakeElsewhere] : [])
    })

  it('is one problem: a merge that git left open', () => {
    const conflict = '<<<<<<< HEAD\n    tags: [core]\n=======\n    tags: [lab]\n>>>>>>> other'
    assert.deepEqual(
      told(8, () => conflict),
      [
        'inventory.yaml:8:1 a merge that git could not finish. Choose between its sides, then git add; of a vault: netlatch vault merge.',
      ],
    )
  })

  it('leaves a file without one as it is', () => {
    assert.deepEqual(
      told(1, (line) => line),
      [mistakeElsewhere],
    )
  })

  it('silences what depends on a file that could not be read, and nothing else', () => {
    const broken = parseYaml('a: "', 'netlatch.yaml')
    const problem = { severity: 'error', message: '', at: { file: 'inventory.yaml', line: 1, column: 1 } } as const
    const problems = ['unknown-realm', 'wrong-value'].map((code) => ({ ...problem, code }))
    const codes = (on: typeof broken) =>
      withoutFollowUps(problems, [on], [{ codes: ['unknown-realm'], on: [on] }]).map(({ code }) => code)
    assert.deepEqual(codes(broken), ['wrong-value'])
    assert.deepEqual(codes(parseYaml('a: 1', 'netlatch.yaml')), ['unknown-realm', 'wrong-value'])
  })
})
