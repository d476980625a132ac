import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { checkCompleteness, endsWhole } from '../../../packages/core/src/backup/completeness.ts'
import { normaliseConfiguration } from '../../../packages/core/src/backup/normalise.ts'
import { linux } from '../../../packages/core/src/platforms/linux.ts'
import {
  type ConfigurationFixture,
  configurationFixture,
  configurationFixtures,
} from '../../support/configuration-fixtures.ts'

describe('the completeness gate', () => {
  for (const fixture of configurationFixtures()) {
    const { name } = fixture.platform

    it(`lets the whole configuration of ${name} pass`, () => {
      assert.deepEqual(check(fixture, fixture.output), { ok: true })
      assert.equal(endsWhole(fixture.capture, fixture.output), true)
    })

    for (const [ends, lineEnd] of [
      ['line feeds', '\n'],
      ['carriage returns and line feeds', '\r\n'],
      ['doubled carriage returns', '\r\r\n'],
    ] as const) {
      it(`accepts no cut that takes anything of a configuration of ${name} with ${ends}`, () => {
        const output = fixture.output.replaceAll('\n', lineEnd)
        const whole = normalise(fixture, output)
        const accepted = Array.from({ length: output.length }, (_, at) => output.slice(0, at)).filter(
          (cut) => check(fixture, cut).ok,
        )
        assert.deepEqual(
          accepted.filter((cut) => normalise(fixture, cut) !== whole),
          [],
        )
      })
    }
  }

  it('accepts no cut of a capture of several commands', () => {
    const capture = linux.configurations.running
    const outputs = [
      'Linux fra-jump-1\n',
      'ID=debian\n',
      '127.0.0.1 localhost\n',
      'lo UP\n',
      '',
      '# end of configuration\n',
    ]
    const answers = capture.commands.map((command, index) => ({ command, output: outputs[index] ?? '' }))
    assert.deepEqual(checkCompleteness(linux, capture, answers), { ok: true })
    for (let count = 0; count < answers.length; count++) {
      assert.equal(checkCompleteness(linux, capture, answers.slice(0, count)).ok, false)
    }
    const last = answers.at(-1)?.output.slice(0, -1) ?? ''
    assert.equal(checkCompleteness(linux, capture, [...answers.slice(0, -1), { command: 'x', output: last }]).ok, false)
  })

  it('says where a configuration was cut off', () => {
    const fixture = configurationFixture('cisco_ios')
    const cut = fixture.output.slice(0, fixture.output.indexOf('router ospf'))
    assert.deepEqual(check(fixture, cut), {
      ok: false,
      because: `cut off: no "end" after ${cut.length.toLocaleString('en-US')} bytes`,
    })
  })

  it('does not take an end in a banner or a certificate for the end', () => {
    const ios = configurationFixture('cisco_ios')
    for (const marker of [...ios.output.matchAll(/^ *end\n/gm)].slice(0, -1)) {
      const cut = ios.output.slice(0, marker.index + marker[0].length)
      assert.match(
        because(ios, cut),
        /^cut off: inside "(?:banner motd \^C| certificate self-signed 01|certificate.*)" after/,
      )
    }
    const eos = configurationFixture('arista_eos')
    assert.match(because(eos, eos.output.slice(0, eos.output.indexOf('\nend\n') + 5)), /inside "banner login"/)
  })

  it('does not take the beginning of a longer word for the end', () => {
    const ios = configurationFixture('cisco_ios')
    assert.match(because(ios, ios.output.slice(0, ios.output.indexOf('endpoint') + 3)), /no "end"/)
  })

  it('holds a Junos configuration that stops between two blocks, or closes too much', () => {
    const junos = configurationFixture('juniper_junos')
    assert.match(because(junos, junos.output.slice(0, junos.output.indexOf('interfaces {'))), /^cut off: no end after/)
    assert.match(because(junos, junos.output.slice(0, junos.output.indexOf('ge-0/0/0'))), /^cut off: 1 block open/)
    assert.match(because(junos, junos.output.replace('snmp {', '}\nsnmp {')), /^unbalanced in line \d+/)
  })

  it('holds what is followed by anything but empty lines', () => {
    const ios = configurationFixture('cisco_ios')
    assert.match(because(ios, `${ios.output}%SYS-5-CONFIG_I: Configured from console\n`), /no "end"/)
    assert.deepEqual(check(ios, `${ios.output}\n  \n`), { ok: true })
  })

  it('holds refusals, whether the session saw them or not, with the line of the device', () => {
    const ios = configurationFixture('cisco_ios')
    const [command = ''] = ios.capture.commands
    const refused = checkCompleteness(ios.platform, ios.capture, [
      { command, output: ios.output, error: '% Bad\u001b[31m' },
    ])
    assert.deepEqual(refused, { ok: false, because: '"show running-config" was refused: "% Bad [31m"' })
    const late = ios.output.replace('router ospf 1', '% Invalid input detected\nrouter ospf 1')
    assert.equal(because(ios, late), '"show running-config" was refused: "% Invalid input detected"')
  })

  it('holds answers that are missing, empty or nothing but their end', () => {
    const ios = configurationFixture('cisco_ios')
    assert.deepEqual(checkCompleteness(ios.platform, ios.capture, []), {
      ok: false,
      because: 'no answer to "show running-config"',
    })
    for (const output of ['', '\n\n', 'Building configuration...\n\n'])
      assert.equal(because(ios, output), 'the answer is empty')
    assert.match(because(ios, 'end\n'), /^cut off/)
  })

  it('holds what a terminal left behind, and names it', () => {
    const ios = configurationFixture('cisco_ios')
    for (const [rubbish, name] of [
      ['\b \b', 'U+0008'],
      ['\u001b[K', 'U+001B'],
      [' --More-- \r         \r', 'U+000D'],
      ['\0', 'U+0000'],
      ['\u009b1m', 'U+009B'],
    ] as const) {
      const output = ios.output.replace('router ospf', `${rubbish}router ospf`)
      assert.match(because(ios, output), new RegExp(`^control character ${name.replace('+', '\\+')} in line \\d+$`))
    }
  })

  it('holds answers at the cap', () => {
    const ios = configurationFixture('cisco_ios')
    const answers = [{ command: 'show running-config', output: ios.output }]
    const bytes = Buffer.byteLength(ios.output)
    assert.equal(checkCompleteness(ios.platform, ios.capture, answers, { maxBytes: bytes }).ok, false)
    assert.equal(checkCompleteness(ios.platform, ios.capture, answers, { maxBytes: bytes + 1 }).ok, true)
  })

  it('takes a first line as the only sign where a platform has no other', () => {
    const { platform } = configurationFixture('frr')
    const capture = { ...platform.configurations.running, whole: { by: 'first-line', pattern: '^frr ' } as const }
    const answer = (output: string) => checkCompleteness(platform, capture, [{ command: 'x', output }])
    assert.deepEqual(answer('frr version 8\nhostname a\n'), { ok: true })
    assert.deepEqual(answer('login: x\n'), { ok: false, because: 'does not begin as a configuration does' })
    assert.equal(answer('frr version 8\nhostn').ok, false)
  })
})

function check({ platform, capture }: ConfigurationFixture, output: string) {
  return checkCompleteness(platform, capture, [{ command: capture.commands[0] ?? '', output }])
}

function because(fixture: ConfigurationFixture, output: string): string {
  const result = check(fixture, output)
  return result.ok ? '' : result.because
}

function normalise({ platform, capture }: ConfigurationFixture, output: string): string {
  return normaliseConfiguration(platform, capture, [{ command: '', output }])
}
