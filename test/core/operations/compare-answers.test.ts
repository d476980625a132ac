import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { compareAnswers, readEarlierAnswers } from '../../../packages/core/src/operations/compare-answers.ts'
import type { CommandsResult } from '../../../packages/core/src/operations/run-commands.ts'
import { findPlatform } from '../../../packages/core/src/platforms/index.ts'

const answer = (command: string, output: string) => ({ command, output, durationMs: 1 })
const result = (...answers: readonly ReturnType<typeof answer>[]) =>
  ({ device: 'sw-1', answers }) as unknown as CommandsResult
const earlier = (...answers: readonly ReturnType<typeof answer>[]) =>
  readEarlierAnswers(JSON.stringify([{ type: 'result', device: 'sw-1', answers }]), 'before.json')
const platform = findPlatform('cisco_ios')

describe('comparing with an earlier run', () => {
  it('shows what changed in each answer, and nothing where nothing did', () => {
    const before = earlier(answer('show a', 'one\ntwo\n'), answer('show b', 'same\n'))
    const now = result(answer('show a', 'one\r\nthree  \r\n'), answer('show b', 'same\n'), answer('show c', 'new\n'))
    const { isChanged, commands } = compareAnswers(before, now, { platform })
    assert.equal(isChanged, true)
    assert.deepEqual(
      commands.map(({ state }) => state),
      ['changed', 'same', 'new'],
    )
    assert.equal(commands[0]?.diff, '--- show a\n+++ show a\n@@ -1 +1 @@\n one\n-two\n+three\n')
  })

  it('leaves out clocks, times since the start, the platform’s volatile lines, and what is ignored', () => {
    const text = (number: number) => `sw-1 uptime is ${number} weeks
*10:0${number}:11.337 UTC Mon Mar 2 2026
! Last configuration change at 10:0${number}:11 UTC Mon Mar 2 2026
packets ${number}
`
    const before = earlier(answer('show', text(1)))
    const now = result(answer('show', text(2)))
    assert.equal(compareAnswers(before, now, { platform, ignore: ['^packets'] }).isChanged, false)
    assert.match(compareAnswers(before, now, { platform }).commands[0]?.diff ?? '', /^-packets 1\n\+packets 2\n$/m)
    // A word of a configuration is no clock.
    const named = (number: number) => result(answer('show', `description uptime-${number}\n`))
    assert.equal(compareAnswers(earlier(...named(1).answers), named(2), { platform }).isChanged, true)
    assert.throws(() => compareAnswers(before, now, { platform, ignore: ['('] }), { code: 'USAGE' })
  })

  it('reads one object a line as well, and refuses what holds no answers', () => {
    const line = JSON.stringify({ device: 'sw-1', answers: [answer('show a', 'x')] })
    const { byDevice, commands } = readEarlierAnswers(`{"type":"plan"}\n${line}\n{"type":"summary"}\n`, 'a.ndjson')
    assert.deepEqual([[...byDevice.keys()], commands], [['sw-1'], ['show a']])
    const other = JSON.stringify({ device: 'sw-2', answers: [answer('show b', 'x')] })
    assert.equal(readEarlierAnswers(`${line}\n${other}\n`, 'a.ndjson').commands, undefined)
    for (const text of ['', 'no json', '[]', '[1]', '{"device":"sw-1"}', '[{"device":"sw-1","answers":[{}]}]'])
      assert.throws(() => readEarlierAnswers(text, 'x.json'), { code: 'INPUT_INVALID' })
  })
})
