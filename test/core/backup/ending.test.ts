import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { compareEndings, judgeEnding } from '../../../packages/core/src/backup/ending.ts'

const numbered = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, index) => `line ${from + index}\n`).join('')

describe('the end of a configuration, beside the one before it', () => {
  it('is the same where the same last lines stand, whatever else has changed', () => {
    assert.deepEqual(compareEndings(numbered(1, 20), numbered(1, 20)), { kind: 'same' })
    assert.deepEqual(compareEndings(`new\n${numbered(3, 20)}`, numbered(1, 20)), { kind: 'same' })
  })

  it('is early or beyond, by so many lines, where one goes on', () => {
    assert.deepEqual(compareEndings(numbered(1, 17), numbered(1, 20)), { kind: 'early', lines: 3 })
    assert.deepEqual(compareEndings(`new\n${numbered(2, 17)}`, numbered(1, 20)), { kind: 'early', lines: 3 })
    assert.deepEqual(compareEndings(numbered(1, 20), numbered(1, 17)), { kind: 'beyond', lines: 3 })
    assert.deepEqual(compareEndings(`new\n${numbered(2, 20)}`, numbered(1, 17)), { kind: 'beyond', lines: 3 })
  })

  it('is another one where the last lines are not found', () => {
    assert.deepEqual(compareEndings(`${numbered(1, 19)}other\n`, numbered(1, 20)), { kind: 'other' })
    assert.deepEqual(compareEndings('a\nb\n', 'c\nd\n'), { kind: 'other' })
  })

  it('is not told by lines that stand in it more than once', () => {
    const braces = '}\n'.repeat(6)
    const [one, two] = [`a {\n${braces}b {\n${braces}`, `A {\n${braces}`]
    assert.deepEqual(compareEndings(two, one), { kind: 'other' })
    assert.deepEqual(compareEndings(`b {\n${braces}`, one), { kind: 'other' })
  })

  it('is told of texts shorter than an end', () => {
    assert.deepEqual(compareEndings('a\n', 'a\nb\n'), { kind: 'early', lines: 1 })
    assert.deepEqual(compareEndings('a\nb\nc\n', 'a\n'), { kind: 'beyond', lines: 2 })
    assert.deepEqual(compareEndings('a\n', 'a\n'), { kind: 'same' })
  })

  it('is never the same for a part of the configuration that lacks its end', () => {
    const whole = numbered(1, 30)
    for (let lines = 1; lines < 30; lines++)
      for (const changed of ['line 2\n', 'line 15\n', 'line 29\n']) {
        const now = numbered(1, lines).replace(changed, 'changed\n')
        const judged = judgeEnding({ text: now, sha256: now, unproven: 'no end', answers: 1 }, whole)
        assert.notEqual(judged.verdict, 'good', `${lines} lines, ${changed} changed`)
      }
  })

  it('of several answers is proven by an equal configuration only: an earlier answer may lack its end', () => {
    const judge = (text: string, before: string) =>
      judgeEnding({ text, sha256: text, unproven: 'no end', answers: 2 }, before).verdict
    const [first, second] = [numbered(1, 20), numbered(21, 40)]
    assert.equal(judge(`${first}${second}`, `${first}${second}`), 'good')
    assert.equal(judge(`${numbered(1, 10)}${second}`, `${first}${second}`), 'unproven')
    assert.equal(judge(`${first}${numbered(21, 30)}`, `${first}${second}`), 'held')
  })
})
