// biome-ignore-all lint/suspicious/noTemplateCurlyInString: TextFSM writes the places of its Values so
import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { readTemplate } from '../../../packages/core/src/textfsm/read-template.ts'

const mistakes: readonly (readonly [title: string, template: string, message: RegExp])[] = [
  ['no Values', 'Start\n  ^x\n', /^t:1: a template begins with its Value lines/],
  ['no blank line behind the Values', 'Value A (x)\nStart\n  ^x\n', /^t:2: a blank line is missing/],
  ['too few words', 'Value A\n\nStart\n', /^t:1: a Value line is/],
  ['no brackets', 'Value A x\n\nStart\n', /^t:1: /],
  ['a bracket that is none', 'Value A (x\\)\n\nStart\n', /^t:1: the pattern of Value A must stand in brackets/],
  ['an unknown option', 'Value Requird A (x)\n\nStart\n', /^t:1: unknown option "Requird"/],
  ['an option twice', 'Value Key,Key A (x)\n\nStart\n', /^t:1: option Key twice/],
  ['a Value twice', 'Value A (x)\n# more\nValue A (y)\n\nStart\n', /^t:3: Value A twice/],
  ['a name that is an option', 'Value Key (x)\n\nStart\n', /^t:1: Key is an option/],
  ['a name that is too long', `Value ${'a'.repeat(49)} (x)\n\nStart\n`, /^t:1: "a+" is no name of a Value/],
  ['a pattern that is none', 'Value A (x\n\nStart\n', /^t:1: /],
  ['no Start', 'Value A (x)\n\nBegin\n  ^x\n', /there is no state Start/],
  ['a state twice', 'Value A (x)\n\nStart\n\nStart\n', /^t:5: state Start twice/],
  [
    'a state that has the name of an action',
    'Value A (x)\n\nStart\n\nRecord\n',
    /^t:5: "Record" is no name of a state/,
  ],
  ['a rule without a caret', 'Value A (x)\n\nStart\n  x\n', /^t:4: a rule begins with/],
  ['a rule too far to the right', 'Value A (x)\n\nStart\n   ^x\n', /^t:4: a rule begins with/],
  ['an unknown Value', 'Value A (x)\n\nStart\n  ^${B}\n', /^t:4: there is no Value B/],
  ['a single dollar', 'Value A (x)\n\nStart\n  ^x$\n', /^t:4: a single \$: the end of a line is \$\$/],
  ['a Value twice in a rule', 'Value A (x)\n\nStart\n  ^${A}${A}\n', /^t:4: the pattern .* is not understood/],
  ['an unknown action', 'Value A (x)\n\nStart\n  ^x -> Next.Save\n', /^t:4: the action "Next\.Save" is none/],
  ['Continue to a state', 'Value A (x)\n\nStart\n  ^x -> Continue Start\n', /^t:4: Continue must not change/],
  ['an unknown state', 'Value A (x)\n\nStart\n  ^x -> Table\n', /^t:4: there is no state Table, which a rule of Start/],
  ['rules in End', 'Value A (x)\n\nStart\n\nEnd\n  ^x\n', /^t:6: state End must have no rules/],
  ['rules in EOF', 'Value A (x)\n\nStart\n\nEOF\n  ^x\n', /^t:6: state EOF must have no rules/],
  ['a look ahead', 'Value A (x(?=y))\n\nStart\n', /^t:1: .*it looks ahead, which takes unlimited time/],
]

describe('reading a TextFSM template', () => {
  for (const [title, template, message] of mistakes)
    it(`refuses ${title}, with the line`, () => {
      assert.throws(() => readTemplate(template, 't'), { code: 'INPUT_INVALID', message })
    })

  it('looks behind, which Python does as well', () => {
    assert.ok(readTemplate('Value A (x)\n\nStart\n  ^.*(?<=a)${A}\n', 't'))
  })
})
