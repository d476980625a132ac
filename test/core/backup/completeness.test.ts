import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { captureCommands } from '../../../packages/core/src/backup/capture-commands.ts'
import { checkCompleteness, endsWhole } from '../../../packages/core/src/backup/completeness.ts'
import { normaliseConfiguration } from '../../../packages/core/src/backup/normalise.ts'
import { findPlatform } from '../../../packages/core/src/platforms/index.ts'
import { linux } from '../../../packages/core/src/platforms/linux.ts'
import type { Platform } from '../../../packages/core/src/platforms/platform.ts'
import {
  type ConfigurationFixture,
  configurationFixture,
  configurationFixtures,
} from '../../support/configuration-fixtures.ts'

/** Fixtures that show no end of their own. */
const unproven = ['checkpoint_gaia', 'cisco_s300', 'extreme_exos', 'mikrotik_routeros', 'ubiquiti_edgeswitch']
const notProven = { ok: true, unproven: 'nothing in it marks its end' } as const

describe('the completeness gate', () => {
  for (const fixture of configurationFixtures()) {
    const { name } = fixture.platform

    it(`lets the whole configuration of ${name} pass, and says whether its end is proven`, () => {
      assert.deepEqual(check(fixture, fixture.output), unproven.includes(name) ? notProven : { ok: true })
      assert.equal(endsWhole(fixture.capture, fixture.output), fixture.capture.witness === undefined)
    })

    for (const [ends, lineEnd] of [
      ['line feeds', '\n'],
      ['carriage returns and line feeds', '\r\n'],
      ['doubled carriage returns', '\r\r\n'],
    ] as const) {
      const output = fixture.output.replaceAll('\n', lineEnd)
      const whole = normalise(fixture, output)
      const cuts = Array.from({ length: output.length }, (_, at) => output.slice(0, at))

      it(`accepts no cut that takes anything of a configuration of ${name} with ${ends}`, () => {
        const behind = fixture.answers(output).slice(1)
        const cutShort = cuts.map((cut) => fixture.answers(cut).slice(0, 1))
        const cutBehind = behind.flatMap((answer) =>
          Array.from({ length: answer.output.length }, (_, at) => [
            ...fixture.answers(output).slice(0, 1),
            { ...answer, output: answer.output.slice(0, at) },
          ]),
        )
        const accepted = [...cutShort, ...cutBehind].filter(
          (answers) => checkCompleteness(fixture.platform, fixture.capture, answers).ok,
        )
        assert.deepEqual(
          accepted.filter(([answer]) => normalise(fixture, answer?.output ?? '') !== whole),
          [],
        )
      })

      it(`calls none good that the device itself made of ${name} with ${ends} either`, () => {
        const good = cuts.filter((cut) => {
          const gate = check(fixture, cut)
          return gate.ok && gate.unproven === undefined
        })
        assert.deepEqual(
          good.filter((cut) => normalise(fixture, cut) !== whole),
          [],
        )
      })
    }
  }

  it('holds a configuration whose witness was not answered as it should be', () => {
    const gaia = configurationFixture('checkpoint_gaia')
    const [configuration, witness] = gaia.answers(gaia.output)
    assert.ok(configuration && witness)
    for (const output of ['', '\n', 'gw1>\n', 'Product version'])
      assert.deepEqual(checkCompleteness(gaia.platform, gaia.capture, [configuration, { ...witness, output }]), {
        ok: false,
        because: '"show version all" behind the configuration was not answered as it should be',
      })
    assert.deepEqual(checkCompleteness(gaia.platform, gaia.capture, [configuration]), {
      ok: false,
      because: 'no answer to "show version all"',
    })
  })

  it('holds a configuration that does not end with its last lines', () => {
    const nxos = configurationFixture('cisco_nxos')
    const shortened = nxos.output.slice(0, nxos.output.indexOf('router bgp'))
    assert.match(because(nxos, shortened), /^cut off: other last lines after [\d,]+ bytes$/)
  })

  it('takes the number of lines that the device counts for the proof of its end', () => {
    const fortinet = configurationFixture('fortinet')
    const [configuration, witness] = fortinet.answers(fortinet.output)
    assert.ok(configuration && witness)
    const lines = fortinet.output.split('\n').length - 1
    const says = (output: string, shown = fortinet.output) =>
      checkCompleteness(fortinet.platform, fortinet.capture, [
        { ...configuration, output: shown },
        { ...witness, output },
      ])
    assert.deepEqual(says(`${lines}\n`), { ok: true })
    assert.deepEqual(says(`${lines}\r\n`, fortinet.output.replaceAll('\n', '\r\n')), { ok: true })
    // A line more or less may be the way it counts: that proves nothing, and holds nothing.
    assert.deepEqual(says(`${lines + 1}\n`), {
      ok: true,
      unproven: `"show | grep -c ." counts ${lines + 1} lines, ${lines} came`,
    })
    assert.deepEqual(says(`${lines + 40}\n`), { ok: false, because: `cut off: ${lines} of ${lines + 40} lines` })
    assert.deepEqual(says('Unknown action 0\n'), { ok: true, unproven: '"show | grep -c ." is not known there' })
    assert.deepEqual(says('\n'), { ok: true, unproven: '"show | grep -c ." says no number' })
    assert.deepEqual(says('config system global\n    set hostname "fw"\nend\n'), {
      ok: false,
      because: '"show | grep -c ." behind the configuration was not answered as it should be',
    })
  })

  it('takes an end that only some releases write for the proof of it, where it stands', () => {
    const { arubaOs, ciscoWlc } = { arubaOs: findPlatform('aruba_os'), ciscoWlc: findPlatform('cisco_wlc') }
    assert.ok(arubaOs && ciscoWlc)
    const gate = (platform: Platform, output: string, witness: string) => {
      const capture = platform.configurations.running
      const outputs = [output, witness]
      const answers = captureCommands(capture).map((command, index) => ({ command, output: outputs[index] ?? '' }))
      return checkCompleteness(platform, capture, answers)
    }
    const aruba = (output: string) => gate(arubaOs, output, 'Hostname is mc1\n')
    assert.deepEqual(aruba('version 8.10\nhostname "mc1"\nend\n'), { ok: true })
    assert.deepEqual(aruba('version 8.10\nhostname "mc1"\n'), notProven)
    assert.deepEqual(aruba('version 8.10\nbanner motd "\nend\n"\n'), notProven)
    const wlc = (output: string) => gate(ciscoWlc, output, 'System Name.......... wlc1\n')
    assert.deepEqual(wlc('sysname wlc1\n# WLC Config End <Tue Mar  4 09:00:00 2025>\n'), { ok: true })
    assert.deepEqual(wlc('sysname wlc1\n'), notProven)
  })

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
    // The echo behind the files says nothing of them.
    assert.deepEqual(checkCompleteness(linux, capture, answers), notProven)
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

  it('reads a certificate that is a file in NVRAM as one line', () => {
    const ios = configurationFixture('cisco_ios')
    const line = ' certificate self-signed 01 nvram:IOS-Self-Sig#1.cer'
    const output = ios.output.replace(/ certificate self-signed 01\n[\s\S]*?quit$/m, line)
    assert.ok(output.includes(line))
    assert.deepEqual(check(ios, output), { ok: true })
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
    assert.deepEqual(answer('frr version 8\nhostname a\n'), notProven)
    assert.deepEqual(answer('login: x\n'), { ok: false, because: 'does not begin as a configuration does' })
    assert.equal(answer('frr version 8\nhostn').ok, false)
  })
})

function check({ platform, capture, answers }: ConfigurationFixture, output: string) {
  return checkCompleteness(platform, capture, answers(output))
}

function because(fixture: ConfigurationFixture, output: string): string {
  const result = check(fixture, output)
  return result.ok ? '' : result.because
}

function normalise({ platform, capture }: ConfigurationFixture, output: string): string {
  return normaliseConfiguration(platform, capture, [{ command: '', output }])
}
