import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { normaliseConfiguration } from '../../../packages/core/src/backup/normalise.ts'
import { ciscoIos } from '../../../packages/core/src/platforms/cisco_ios.ts'
import { configurationFixture, configurationFixtures } from '../../support/configuration-fixtures.ts'

const normalise = (output: string, platform = configurationFixture('cisco_ios').platform) =>
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

  it('puts the answers of several commands one after another', () => {
    const answers = ['Building configuration...\na\n\n', '', 'b'].map((output) => ({ command: 'x', output }))
    assert.equal(normaliseConfiguration(ciscoIos, ciscoIos.configurations.running, answers), 'a\nb\n')
  })
})
