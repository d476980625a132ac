import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { redactConfiguration } from '../../../packages/core/src/backup/redact.ts'
import { secretPlaces } from '../../../packages/core/src/backup/secret-places.ts'
import { decidePlatform } from '../../../packages/core/src/platforms/autodetect.ts'
import { resolvePlatforms } from '../../../packages/core/src/platforms/load-platforms.ts'
import { isReadOnly } from '../../../packages/core/src/platforms/read-only.ts'

const whole = `name: acme_os
title: Acme OS
prompt: '(?<host>\\w+)%'
read_only: ['print .+']
errors: ['^\\?\\? ']
secrets: []
configurations:
  running:
    commands: [print config]
    privileged: false
    whole: { by: end-marker, pattern: '^; end$' }
    section: '^\\S'
`

function load(...texts: readonly string[]) {
  const { platforms, problems } = resolvePlatforms(texts.map((text, index) => ({ file: `p${index + 1}.yaml`, text })))
  const shown = problems.map(
    ({ at, message, advice }) => `${at.file}:${at.line}:${at.column} ${message}. ${advice ?? ''}`,
  )
  return { platforms, shown }
}

/** Problems of the whole file with one text changed. */
const changed = (from: string, to: string) => load(whole.replace(from, () => to)).shown

describe('a platform file', () => {
  it('needs what has no default, and says at once all that it lacks', () => {
    assert.deepEqual(load(whole).shown, [])
    assert.deepEqual(
      load('name: acme_os\n').shown.map((line) => line.replace(/\. Add.*/, '')),
      [
        'p1.yaml:1:1 the platform has no title',
        'p1.yaml:1:1 the platform has no prompt',
        'p1.yaml:1:1 the platform has no read_only',
        'p1.yaml:1:1 the platform has no errors',
        'p1.yaml:1:1 the platform has no secrets',
        'p1.yaml:1:1 the platform has no configurations.running.commands',
        'p1.yaml:1:1 the platform has no configurations.running.privileged',
        'p1.yaml:1:1 the platform has no configurations.running.whole',
        'p1.yaml:1:1 the platform has no configurations.running.section',
      ],
    )
  })

  it('names the nearest key for an unknown one, and the place of a wrong value', () => {
    assert.deepEqual(changed('secrets: []', 'secret: []'), ['p1.yaml:6:1 unknown key "secret". Did you mean secrets?'])
    assert.match(changed('by: end-marker', 'by: end')[0] ?? '', /^p1\.yaml:11:18 .*must be { by: end-marker, pattern }/)
    assert.match(changed('print config', '"print\\nerase"')[0] ?? '', /^p1\.yaml:9:16 .*must be one line/)
    assert.match(changed('name: acme_os', 'name: Acme-OS')[0] ?? '', /^p1\.yaml:1:7 name must be small letters/)
  })

  it('asks for the number in a pattern that counts, and for a command that is there', () => {
    const counting = (answer: string) =>
      changed('    section:', `    witness: { command: print lines, answer: ${answer} }\n    section:`)
    assert.deepEqual(counting("{ counts: '^(?<lines>\\d+)$', of: print config }"), [])
    assert.match(counting("{ counts: '^\\d+$' }")[0] ?? '', /:12:\d+ .* has no group \(\?<lines>…\)/)
    assert.match(
      counting("{ counts: '^(?<lines>\\d+)$', of: print confg }")[0] ?? '',
      /:12:\d+ the witness counts the lines of "print confg", which is no command of this configuration/,
    )
    assert.match(counting('{ repeats: first-lines }')[0] ?? '', /must be a pattern, \{ repeats: last-lines \}/)
  })

  it('tells all that is wrong, in the order of the file', () => {
    const text = whole.replace('title:', 'titel:').replace('by: end-marker', 'by: end').replace("'^\\S'", "'(?!a)'")
    const shown = load(`${text}logout: 5\nerrors_too: []\n`).shown.map((line) =>
      line.replace(/^p1\.yaml:(\d+):\S+ /, '$1 '),
    )
    assert.deepEqual(
      shown.map((line) => line.split(' ')[0]),
      ['2', '11', '12', '13', '14'],
    )
    assert.match(shown[0] ?? '', /unknown key "titel"/)
    assert.match(shown[2] ?? '', /looks ahead/)
  })

  for (const [what, pattern, place] of [
    ['looks ahead', "'^(?!end)x'", '12:16'],
    ['refers back to a group', "'(a)b\\1'", '12:19'],
    ['has an atomic group', "'ab(?>c)'", '12:17'],
    ['repeats 2000 times', "'a{1,2000}'", '12:16'],
    ['writes a character as \\u', '"a\\\\u00a0"', '12:16'],
    ['has a mistake: missing closing )', "'it''s (open'", '12:'],
    ['has a mistake: invalid character class range z-a', "'x[z-a]'", '12:17'],
  ] as const)
    it(`whose pattern ${what} is told where`, () => {
      const [line = '', ...more] = changed("section: '^\\S'", `section: ${pattern}`)
      assert.deepEqual(more, [])
      assert.ok(line.startsWith(`p1.yaml:${place}`), line)
      assert.ok(line.includes(`the pattern of configurations.running.section ${what}`), line)
    })

  it('takes look-behind, classes that need no escape, and literal brackets', () => {
    for (const pattern of ['(?<!x)y', '\\{a\\}', '[(?=]'])
      assert.deepEqual(changed("section: '^\\S'", `section: '${pattern}'`), [], pattern)
  })

  it('must say which part of a pattern is secret or a name, and never take an empty line for a prompt', () => {
    assert.match(
      changed('secrets: []', "secrets: [{ name: a, pattern: 'key .*' }]")[0] ?? '',
      /^p1\.yaml:6:31 .*no group \(\?<secret>/,
    )
    assert.match(changed('secrets: []', "secrets: []\nidentity: ['^name .*']")[0] ?? '', /no group \(\?<hostname>/)
    assert.match(changed("'(?<host>\\w+)%'", "'.*'")[0] ?? '', /^p1\.yaml:3:9 .*matches an empty line/)
    const enable = "secrets: []\nenable: { command: up, password_prompt: '.+', refused: '^no' }"
    assert.match(
      changed('secrets: []', enable)[0] ?? '',
      /^p1\.yaml:7:41 the pattern of enable\.password_prompt matches any line/,
    )
  })

  it('sends nothing by itself that it does not call reading', () => {
    assert.deepEqual(changed('commands: [print config]', 'commands: [print config, write all]'), [
      'p1.yaml:9:30 "write all" matches no pattern of read_only. Add a pattern for it: what is sent on its own must only read.',
    ])
  })

  it('may not take the name of another platform, unless it says so', () => {
    assert.deepEqual(changed('name: acme_os', 'name: cisco_ios'), [
      'p1.yaml:1:7 "cisco_ios" is a built-in platform. Choose another name, or add override: true to take its place.',
    ])
    assert.deepEqual(changed('name: acme_os', 'name: cisco_xe\noverride: true'), [
      'p1.yaml:2:11 no built-in platform is called cisco_xe. Take override: away, or correct the name.',
    ])
    assert.deepEqual(changed('name: acme_os', 'name: acme_os\naliases: [cisco_xe]'), [
      'p1.yaml:2:11 "cisco_xe" is a name of the built-in platform cisco_ios. Choose another name.',
    ])
    assert.deepEqual(load(whole, whole).shown, ['p2.yaml:1:7 "acme_os" is also in p1.yaml. Names must be unique.'])
    const { platforms, shown } = load('name: cisco_ios\noverride: true\nextends: cisco_ios\ntitle: Ours\n')
    assert.deepEqual(shown, [])
    assert.equal(platforms.find('cisco_xe')?.title, 'Ours')
    assert.equal(platforms.all.length, 62)
  })

  it('inherits what it does not say, and not who it is', () => {
    const { platforms, shown } = load(
      'name: ours\nextends: base\ntitle: Ours\nenable: null\nadd:\n  volatile: [{ name: a, pattern: "^!a" }]\n',
      'name: base\nextends: cisco_ios\naliases: [based]\non_open: [terminal length 0]\n',
    )
    assert.deepEqual(shown, [])
    const [ours, base, ios] = ['ours', 'based', 'cisco_ios'].map((name) => platforms.find(name))
    assert.ok(ours && base && ios)
    assert.deepEqual(
      [ours.onOpen, ours.enable, ours.aliases, ours.detect],
      [['terminal length 0'], undefined, undefined, undefined],
    )
    assert.deepEqual(ours.volatile, [...ios.volatile, { name: 'a', pattern: '^!a' }])
    assert.equal(base.title, ios.title)
    const output = 'Cisco IOS Software\n'
    const decision = decidePlatform({ answers: [{ command: 'show version', output }] }, platforms.all)
    assert.ok(decision.decided && decision.platform === ios)
  })

  it('that extends itself, nothing known or a broken one is told once', () => {
    assert.match(load('name: a\nextends: b\n', 'name: b\nextends: a\n').shown[0] ?? '', /extends itself: a → b → a/)
    assert.deepEqual(load('name: a\nextends: cisco_iso\n').shown, [
      'p1.yaml:2:10 unknown platform "cisco_iso". Did you mean cisco_ios?',
    ])
    assert.equal(load('name: a\nextends: b\n', 'name: b\nprompt: "("\n').shown.length, 1)
  })

  it('keeps its names known while it has a mistake', () => {
    const { platforms } = load('name: acme_os\naliases: [acme]\nprompt: "("\n')
    assert.ok(platforms.names.includes('acme_os') && platforms.names.includes('acme'))
    assert.equal(platforms.find('acme_os'), undefined)
  })

  it('finds the secret behind a keyword that stood in its place', () => {
    for (const pattern of ['\\b(?:pass|sealed) (?<secret>\\S+)', '(?:\\b(?:pass|sealed) (?<secret>\\S+))']) {
      const text = 'pass sealed Hidden01\npass none\n'
      const places = secretPlaces({ secrets: [{ name: 'a', pattern, except: '^(?:sealed|none)$' }] }, text)
      assert.deepEqual(
        places.map(([start, end]) => text.slice(start, end)),
        ['Hidden01'],
      )
    }
  })

  it('matches hostile text in linear time', function () {
    this.timeout(20_000)
    const evil = '(?:(?:a+)+)+(?<secret>b)'
    const { platforms, shown } = load(
      whole
        .replace('secrets: []', `secrets: [{ name: evil, pattern: '${evil}' }]`)
        .replace("read_only: ['print .+']", "read_only: ['print .+', '(?:(?:x+)+)+y']"),
    )
    assert.deepEqual(shown, [])
    const platform = platforms.find('acme_os')
    assert.ok(platform)
    const startedAt = performance.now()
    const text = redactConfiguration(`${'a'.repeat(50_000)}\n`, platform, {
      device: 'a',
      key: Buffer.alloc(32, 1),
      redact: (one) => one,
      whole: true,
    })
    assert.equal(text.length, 50_001)
    assert.equal(isReadOnly(platform, 'x'.repeat(1000)), false)
    assert.ok(performance.now() - startedAt < 5000)
  })

  it('redacts 10,000 lines by the patterns of IOS within seconds', function () {
    this.timeout(20_000)
    const { platforms } = load('name: ours\nextends: cisco_ios\n')
    const ours = platforms.find('ours')
    assert.ok(ours)
    // As a user writes them: patterns that no built-in platform has.
    const platform = { ...ours, secrets: ours.secrets.map((one) => ({ ...one, pattern: `(?:${one.pattern})` })) }
    const lines = Array.from(
      { length: 5000 },
      (_, index) => `interface Ethernet${index}\n description to leaf ${index}\n`,
    )
    const text = `${lines.join('')}snmp-server community Hidden01 RO\n`
    const startedAt = performance.now()
    const options = { device: 'a', key: Buffer.alloc(32, 1), redact: (one: string) => one, whole: true }
    assert.match(redactConfiguration(text, platform, options), /^snmp-server community <nl:[\w-]+> RO$/m)
    assert.ok(performance.now() - startedAt < 5000)
  })
})
