// biome-ignore-all lint/suspicious/noTemplateCurlyInString: TextFSM writes the places of its Values so
import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { parseAnswer } from '../../../packages/core/src/textfsm/parse-answer.ts'
import { readTemplate } from '../../../packages/core/src/textfsm/read-template.ts'
import { runTemplate } from '../../../packages/core/src/textfsm/run-template.ts'
import { textFsmCases } from '../../support/textfsm-cases.ts'

const plain = (value: unknown) => JSON.parse(JSON.stringify(value))

describe('a TextFSM template', () => {
  for (const { title, template, text, rows } of textFsmCases)
    it(title, () => {
      assert.deepEqual(plain(runTemplate(readTemplate(template, 'a.textfsm'), text).rows), plain(rows))
    })

  it('names its columns and keys', () => {
    const template = readTemplate(
      'Value Key,Required Port (\\S+)\nValue State (\\S+)\n\nStart\n  ^${Port} ${State}\n',
      'a',
    )
    const { header, keys } = runTemplate(template, '')
    assert.deepEqual([header, keys], [['Port', 'State'], ['Port']])
  })

  it('gives up where a rule says Error, with what it says and the line of the rule', () => {
    const template = 'Value A (\\d+)\n\nStart\n  ^${A}$$ -> Record\n  ^% -> Error "the device refused"\n  ^. -> Error\n'
    const read = readTemplate(template, 'a.textfsm')
    assert.throws(() => runTemplate(read, '1\n% no\n'), {
      code: 'COMMAND_ERROR',
      message: 'a.textfsm:5: the device refused.',
    })
    assert.throws(() => runTemplate(read, '1\nother\n'), /a\.textfsm:6: a line that the template does not expect/)
  })

  it('takes time in proportion to a hostile line', () => {
    const template = readTemplate('Value A ((?:\\w+\\s?)+)\n\nStart\n  ^${A}: up$$ -> Record\n', 'a')
    // An engine that backtracks would take 2 to the power of 20,000 steps.
    assert.deepEqual(runTemplate(template, `${'a'.repeat(20_000)}!\n`).rows, [])
  })
})

describe('parsing an answer', () => {
  const template = readTemplate('Value A (\\d+)\nValue B (\\w+)\n\nStart\n  ^${A}(?: ${B})?$$ -> Record\n', 'a.textfsm')
  const parse = (output: string, minScore = 0) => parseAnswer({ command: 'show x', output, template, minScore })

  it('gives rows with names, and the share of cells that are filled as score', async () => {
    const parsed = await parse('1 up\n2\n')
    assert.deepEqual(plain(parsed.rows), [
      { A: '1', B: 'up' },
      { A: '2', B: '' },
    ])
    assert.equal(parsed.score, 0.75)
  })

  it('throws a table away whose score is too low, and one without rows when any score is asked for', async () => {
    assert.equal((await parse('1 up\n2\n', 0.75)).rows.length, 2)
    const low = await parse('1 up\n2\n', 0.76)
    assert.deepEqual([low.rows, low.failed], [[], 'score 0.75 of a.textfsm is below 0.76'])
    assert.equal((await parse('nothing here', 0)).failed, undefined)
    assert.match((await parse('nothing here', 0.01)).failed ?? '', /^score 0\.00/)
  })

  it('says when there is no template', async () => {
    const parsed = await parseAnswer({ command: 'show x', output: '1', template: undefined, minScore: 0 })
    assert.deepEqual([parsed.template, parsed.failed], [null, 'no template for this command'])
  })

  it('lets the program go on while it reads a long one', async () => {
    let turns = 0
    const timer = setInterval(() => {
      turns += 1
    }, 1)
    const { rows } = await parse('1 up\n'.repeat(20_000))
    clearInterval(timer)
    assert.equal(rows.length, 20_000)
    assert.ok(turns > 2, `${turns} turns`)
  })
})
