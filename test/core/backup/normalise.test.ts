import assert from 'node:assert/strict'
import fc from 'fast-check'
import { describe, it } from 'mocha'
import { normaliseConfiguration } from '../../../packages/core/src/backup/normalise.ts'
import { ciscoIos } from '../../../packages/core/src/platforms/cisco_ios.ts'
import type { Platform } from '../../../packages/core/src/platforms/platform.ts'
import { configurationFixture, configurationFixtures } from '../../support/configuration-fixtures.ts'

const normalise = (output: string, platform: Platform = configurationFixture('cisco_ios').platform) =>
  normaliseConfiguration(platform, platform.configurations.running, [{ command: 'x', output }])

describe('normalising a configuration', () => {
  it('drops the preamble, volatile lines and trailing blanks, and nothing else', () => {
    assert.equal(
      normalise(
        'Building configuration...\r\n\r\nCurrent configuration : 99 bytes\r\n!\r\n' +
          '! Last configuration change at 09:12:44 UTC Mon May 4 2026 by netops\r\nhostname a  \r\n\r\n text\t\r\nend\r\n\r\n\r\n',
      ),
      '!\nhostname a\n\n text\nend\n',
    )
  })

  it('gives the same text for the same configuration at another time', () => {
    const { output } = configurationFixture('cisco_ios')
    const later = output
      .replaceAll('09:12:44 UTC Mon May 4', '21:00:01 UTC Tue May 5')
      .replace('4312 bytes', '4313 bytes')
      .replace('ntp clock-period 36028797', 'ntp clock-period 36028801')
    assert.notEqual(later, output)
    assert.equal(normalise(later), normalise(output))
  })

  it('keeps every line that is not volatile', () => {
    for (const { platform, output } of configurationFixtures()) {
      const kept = normalise(output, platform).split('\n').length
      const dropped = output.trimEnd().split('\n').length - kept
      assert.ok(dropped <= 7, `${platform.name} lost ${dropped} lines`)
    }
  })

  it('is the same for a text that is normal already', () => {
    for (const { platform, output } of configurationFixtures()) {
      const once = normalise(output, platform)
      assert.equal(normalise(once, platform), once)
    }
  })

  it('drops the lines that a volatile pattern matches one by one, whatever stands around them', () => {
    const volatile = ['^! at .*$', 'clock \\d+', '^$', 'a(?:\\s|b)*c', '^x$|^y\\b'].map((pattern) => ({
      name: 'x',
      pattern,
    }))
    const platform = { ...ciscoIos, volatile }
    const piece = fc.constantFrom(
      '! at 9',
      ' ! at 9',
      'clock 1',
      'clock',
      '',
      'a',
      'abc',
      'c',
      'x',
      'y z',
      'xy',
      '\u00a0',
      '\f',
    )
    const line = fc.tuple(piece, fc.constantFrom('', ' ', '\t \u00a0')).map(([text, end]) => text + end)
    const linewise = (text: string) =>
      text
        .split('\n')
        .map((one) => one.trimEnd())
        .join('\n')
        .trimEnd()
        .split('\n')
        .filter((one) => !volatile.some(({ pattern }) => new RegExp(pattern).test(one)))
        .join('\n')
        .trimEnd()
    fc.assert(
      fc.property(fc.array(line, { maxLength: 12 }), (lines) => {
        const output = ['version 15', ...lines].join('\n')
        assert.equal(normalise(output, platform), `${linewise(output)}\n`)
      }),
    )
  })

  it('puts the answers of several commands one after another', () => {
    const answers = ['Building configuration...\na\n\n', '', 'b'].map((output) => ({ command: 'x', output }))
    assert.equal(normaliseConfiguration(ciscoIos, ciscoIos.configurations.running, answers), 'a\nb\n')
  })
})
