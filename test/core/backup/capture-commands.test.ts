import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import {
  captureCommands,
  configurationAnswers,
  furtherAnswers,
} from '../../../packages/core/src/backup/capture-commands.ts'
import { platforms } from '../../../packages/core/src/platforms/index.ts'
import type { ConfigurationCapture, Platform } from '../../../packages/core/src/platforms/platform.ts'
import { isReadOnly } from '../../../packages/core/src/platforms/read-only.ts'

const capture: ConfigurationCapture = {
  commands: ['show config'],
  privileged: false,
  whole: { by: 'first-line', pattern: '^!' },
  section: '^\\S',
  witness: { command: 'show version', answer: '^Version' },
}

describe('the commands of a capture', () => {
  it('are those of the configuration, then the witness, then the serial number where one is asked for', () => {
    assert.deepEqual(captureCommands(capture), ['show config', 'show version'])
    assert.deepEqual(captureCommands(capture, { command: 'show inventory' }), [
      'show config',
      'show version',
      'show inventory',
    ])
  })

  it('ask nothing twice', () => {
    assert.deepEqual(captureCommands(capture, { command: 'show version' }), ['show config', 'show version'])
  })

  it('have answers that are the configuration, and answers that are not', () => {
    const answers = captureCommands(capture).map((command) => ({ command, output: `${command}\n` }))
    assert.deepEqual(configurationAnswers(capture, answers), answers.slice(0, 1))
    assert.deepEqual(furtherAnswers(capture, answers), answers.slice(1))
  })

  it('only read, on every platform', () => {
    for (const platform of platforms as readonly Platform[])
      for (const how of Object.values(platform.configurations))
        for (const command of captureCommands(how, platform.serial))
          assert.ok(isReadOnly(platform, command), `${platform.name}: ${command}`)
  })

  it('prove an end on every platform: a marker, a tail, a witness', () => {
    for (const platform of platforms as readonly Platform[]) {
      const { whole, witness } = platform.configurations.running
      const hasTail = whole.by === 'balanced' && whole.tail !== undefined
      assert.ok(whole.by === 'end-marker' || hasTail || witness, platform.name)
    }
  })

  it('are of a platform that can show a serial number where it has a command for it', () => {
    for (const { name, serial, identity } of platforms as readonly Platform[])
      assert.ok(!serial || identity.some((pattern) => pattern.includes('(?<serial>')), name)
  })
})
