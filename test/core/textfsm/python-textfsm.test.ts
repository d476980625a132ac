import assert from 'node:assert/strict'
import fc from 'fast-check'
import { before, describe, it } from 'mocha'
import { NetlatchError } from '../../../packages/core/src/errors.ts'
import { readTemplate } from '../../../packages/core/src/textfsm/read-template.ts'
import { runTemplate } from '../../../packages/core/src/textfsm/run-template.ts'
import { askPython, type PythonAnswer, pythonWithTextFsm } from '../../support/python-textfsm.ts'
import { textFsmCases } from '../../support/textfsm-cases.ts'

const python = pythonWithTextFsm()
const count = process.env.NETLATCH_LONG ? 20_000 : 2_000

/** Templates of few words, so that their rules meet the lines of {@link texts} often. */
const options = fc.subarray(['Filldown', 'Fillup', 'Key', 'List', 'Required'])
const names = ['A', 'B', 'C']
const value = (name: string) =>
  fc.tuple(options, fc.constantFrom('(\\w+)', '(\\d*)', '(x|y)', '((?P<in>\\w)\\w*)')).map(([list, pattern]) => {
    // Python gives a group inside a Value a name of its own only in one of them.
    const own = pattern.replace('in', `in${name}`)
    return `Value ${list.length > 0 ? `${list.join(',')} ` : ''}${name} ${own}`
  })
const place = fc.constantFrom(...names.map((name) => `\${${name}}`))
const pattern = fc.oneof(
  place,
  place.map((a) => `-${a}`),
  fc.tuple(place, place).map(([a, b]) => `${a} ${b}`),
  fc.tuple(place, place).map(([a, b]) => `${a}(?: ${b})?$$`),
  fc.constantFrom('=', '.', 'x', '$$'),
)
const action = fc.constantFrom(
  ...['', '', ' -> Record', ' -> Next.Record Two', ' -> Continue', ' -> Continue.Record', ' -> Clear', ' -> Clearall'],
  ...[
    ' -> Start',
    ' -> Two',
    ' -> NoRecord End',
    ' -> Record EOF',
    ' -> Continue.Clear',
    ' -> Error',
    ' -> Error "no"',
  ],
)
const rules = fc
  .array(fc.tuple(pattern, action), { minLength: 1, maxLength: 5 })
  .map((list) => list.map(([match, then]) => `  ^${match}${then}\n`).join(''))
const template = fc
  .tuple(fc.tuple(...names.map(value)), rules, rules, fc.constantFrom('', '\nEOF\n', '\nEnd\n'))
  .map(([values, start, two, end]) => `${values.join('\n')}\n\nStart\n${start}\nTwo\n${two}${end}`)
const texts = fc
  .array(fc.constantFrom('x', 'y 1', '-2', '-ab', '= 7', '12 x', '', 'ab cd', '='), { maxLength: 12 })
  .map((lines) => lines.join('\n'))

function ours(given: { readonly template: string; readonly text: string }): PythonAnswer {
  try {
    const { rows } = runTemplate(readTemplate(given.template, 't'), given.text)
    return JSON.parse(JSON.stringify({ rows })) as PythonAnswer
  } catch (error) {
    if (!(error instanceof NetlatchError)) throw error
    return { error: error.code === 'COMMAND_ERROR' ? 'TextFSMError' : 'TextFSMTemplateError' }
  }
}

describe('the TextFSM of Python', function () {
  this.timeout(120_000)

  before(function () {
    if (!python) this.skip()
  })

  it('makes the same rows of the written cases', () => {
    const answers = askPython(python ?? '', textFsmCases)
    for (const [index, { title, rows }] of textFsmCases.entries()) assert.deepEqual(answers[index], { rows }, title)
  })

  it('makes the same rows of any template and text, and refuses the same ones', () => {
    const cases = fc.sample(fc.record({ template, text: texts }), { numRuns: count })
    const answers = askPython(python ?? '', cases)
    const kinds = new Set<string>()
    for (const [index, each] of cases.entries()) {
      const theirs = answers[index]
      // It stumbles over a group inside a List that had no part in the match.
      if (theirs?.error === 'TypeError') continue
      kinds.add(theirs?.error ?? (theirs?.rows?.length ? 'rows' : 'none'))
      assert.deepEqual(ours(each), theirs, JSON.stringify(each, null, 2))
    }
    // The cases are worth something.
    assert.deepEqual([...kinds].toSorted(), ['TextFSMError', 'TextFSMTemplateError', 'none', 'rows'])
  })
})
