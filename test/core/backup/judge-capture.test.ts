import assert from 'node:assert/strict'
import { createHash, randomBytes } from 'node:crypto'
import { describe, it } from 'mocha'
import { type Capture, type JudgedCapture, judgeCapture } from '../../../packages/core/src/backup/judge-capture.ts'
import { configurationFixture, configurationFixtures } from '../../support/configuration-fixtures.ts'

const redactionKey = randomBytes(32)
const everyCut = process.env.NETLATCH_LONG ? 1 : 17
const { platform, output, secrets } = configurationFixture('cisco_ios')

function judge(text: string, more: Partial<Capture> = {}): JudgedCapture {
  return judgeCapture({
    device: { name: 'fra-acc-19' },
    platform,
    configuration: 'running',
    answers: [{ command: 'show running-config', output: text }],
    session: { hostname: 'fra-acc-19' },
    redactionKey,
    redact: (one) => one,
    ...more,
  })
}

describe('judging a capture', () => {
  it('takes a first capture, redacted and measured as it is stored', () => {
    const judged = judge(output)
    assert.equal(judged.verdict, 'good')
    assert.equal(judged.because, '')
    assert.equal(judged.hostname, 'fra-acc-19')
    assert.equal(judged.bytes, Buffer.byteLength(judged.text))
    assert.equal(judged.sha256, createHash('sha256').update(judged.text).digest('hex'))
    assert.ok(judged.sections > 10)
    for (const secret of secrets.values()) assert.ok(!judged.text.includes(secret))
  })

  it('gives an unchanged configuration the same text, and a changed secret another one', () => {
    const later = output.replace('09:12:44', '23:59:59').replace('36028797', '36028799')
    assert.equal(judge(later).sha256, judge(output).sha256)
    const changed = output.replace(secrets.get('snmp') ?? '', 'another-community')
    assert.notEqual(judge(changed).sha256, judge(output).sha256)
  })

  it('holds a capture that is cut off, with what came of it, and without half a line', () => {
    const at = output.indexOf(secrets.get('tacacs') ?? '') + 4
    const judged = judge(output.slice(0, at), { lastGood: judge(output).text })
    assert.equal(judged.verdict, 'held')
    assert.match(judged.because, /^cut off: no "end" after [\d,]+ bytes$/)
    assert.match(judged.text, /address ipv4 192\.0\.2\.30\n$/)
  })

  for (const fixture of configurationFixtures()) {
    it(`shows no part of a secret of ${fixture.platform.name}, wherever the capture is cut`, () => {
      for (let at = 0; at < fixture.output.length; at++) {
        const { text, because } = judge(fixture.output.slice(0, at), { platform: fixture.platform })
        for (const [name, secret] of fixture.secrets) {
          assert.ok(!`${text}${because}`.includes(secret.slice(0, 6)), `${name} at ${at}: ${because}`)
        }
      }
    })
  }

  for (const fixture of configurationFixtures()) {
    it(`calls nothing good that a cut took from ${fixture.platform.name}, first backup or later`, () => {
      const of = (text: string, more: Partial<Capture> = {}) =>
        judge('', { platform: fixture.platform, answers: fixture.answers(text), session: {}, ...more })
      const { text } = of(fixture.output)
      const lines = text.split('\n')
      const changed = lines.findIndex((line, at) => at >= lines.length / 2 && line.trim().length > 3)
      const lastGood = lines.map((line, at) => (at === changed ? `${line} before` : line)).join('\n')
      const isLost = (judged: JudgedCapture) => judged.verdict === 'good' && judged.text !== text
      for (let at = 0; at < fixture.output.length; at += everyCut) {
        const cut = fixture.output.slice(0, at)
        assert.ok(!isLost(of(cut)), `first at ${at}`)
        assert.ok(!isLost(of(cut, { lastGood })), `later at ${at}`)
      }
    })
  }

  it('holds another device, then takes it when a person accepted it as the last good one', () => {
    const other = output.replace('hostname fra-acc-19', 'hostname fra-acc-91')
    const session = { hostname: 'fra-acc-91' }
    const held = judge(other, { session, lastGood: judge(output).text })
    assert.deepEqual([held.verdict, held.because], ['held', 'answers as fra-acc-91'])
    assert.equal(judge(other, { session, lastGood: held.text }).verdict, 'good')
  })

  it("holds another device's configuration behind the right prompt", () => {
    const other = output.replace('hostname fra-acc-19', 'hostname fra-acc-91')
    const held = judge(other, { lastGood: judge(output).text })
    assert.deepEqual([held.verdict, held.because], ['held', 'answers as fra-acc-91'])
    // A configuration that names nobody is taken by its prompt.
    assert.equal(judge(output.replace(/^hostname .*\n/m, ''), { lastGood: judge(output).text }).verdict, 'good')
  })

  it('takes the serial number from the answer to a command of its own, and stores nothing of that answer', () => {
    const eos = configurationFixture('arista_eos')
    const show = (serial: string) => ({
      platform: eos.platform,
      device: { name: 'fra-spine-1', expect: { serial: 'JPE00000TEST' } },
      session: { hostname: 'fra-spine-1' },
      answers: [
        ...eos.answers(eos.output),
        { command: 'show version', output: `Arista DCS-7050SX3\nSerial number: ${serial}\n` },
      ],
    })
    const judged = judge('', show('JPE00000TEST'))
    assert.deepEqual([judged.verdict, judged.because], ['good', ''])
    assert.ok(!judged.text.includes('Serial number'))
    assert.equal(judge('', show('JPE00000OTHER')).because, 'serial is JPE00000OTHER')
    const unasked = { ...show(''), answers: eos.answers(eos.output) }
    assert.equal(judge('', unasked).because, 'serial not seen, expected JPE00000TEST')
  })

  it('stores nothing of what the witness says, and reads from it whose the configuration is', () => {
    const routeros = configurationFixture('mikrotik_routeros')
    const [configuration, witness] = routeros.answers(routeros.output)
    assert.ok(configuration && witness)
    const of = { platform: routeros.platform, device: { name: 'fra-rb-1' }, session: {} }
    const judged = judge('', { ...of, answers: [configuration, witness] })
    assert.deepEqual([judged.verdict, judged.hostname], ['unproven', 'fra-rb-1'])
    assert.ok(!judged.text.includes('name: fra-rb-1'))
    const other = { ...witness, output: '  name: fra-rb-2\n' }
    const device = { name: 'x', expect: { hostname: 'fra-rb-2' } }
    assert.equal(judge('', { ...of, device, answers: [configuration, other] }).verdict, 'unproven')
  })

  it('holds a shrunken configuration until it comes a second time, or is accepted', () => {
    const lastGood = judge(output).text
    const small = 'hostname fra-acc-19\n!\nend\n'
    const held = judge(small, { lastGood })
    assert.equal(held.verdict, 'held')
    assert.match(held.because, /^shrank from [\d,]+ bytes to 26 bytes$/)
    assert.equal(judge(small, { lastGood, lastHeld: { sha256: held.sha256 } }).verdict, 'good')
    assert.equal(judge(small, { lastGood, acceptShrink: true }).verdict, 'good')
  })

  describe('of a configuration that has no end of its own', () => {
    const routeros = configurationFixture('mikrotik_routeros')
    const [configuration, witness] = routeros.answers(routeros.output)
    const whole = routeros.output
    const show = (text: string, more: Partial<Capture> = {}) => {
      assert.ok(configuration && witness)
      const answers = [{ ...configuration, output: text }, witness]
      return judge('', { platform: routeros.platform, device: { name: 'fra-rb-1' }, session: {}, ...more, answers })
    }
    const { text: lastGood } = show(whole)

    it('calls a first one unproven, and a second one that ends the same good', () => {
      const first = show(whole)
      assert.deepEqual([first.verdict, first.because], ['unproven', 'nothing in it marks its end'])
      assert.equal(show(whole, { lastGood }).verdict, 'good')
      const changed = whole.replace('name=bridge1', 'name=bridge-of-the-core')
      assert.notEqual(changed, whole)
      assert.equal(show(changed, { lastGood }).verdict, 'good')
    })

    it('takes no run that overlaps for a witness', () => {
      assert.equal(show(whole, { lastGood, mayVouch: false }).verdict, 'unproven')
    })

    it('holds one that ends before the last good one did, whatever else has changed', () => {
      const early = whole.replace(/.*\n$/, '')
      const held = show(early, { lastGood })
      assert.deepEqual([held.verdict, held.because], ['held', 'ends 1 line before the last one'])
      const changed = early.replace('name=bridge1', 'name=bridge-of-the-core')
      assert.deepEqual(
        [show(changed, { lastGood })].map(({ verdict, because }) => [verdict, because]),
        [['held', 'ends 1 line before the last one']],
      )
      assert.equal(show(early, { lastGood, lastHeld: held }).verdict, 'good')
      assert.equal(show(early, { lastGood, acceptShrink: true }).verdict, 'unproven')
    })

    it('says of one that goes on behind the end of the one before that this may have been short', () => {
      const longer = show(`${whole}/ip service\nset telnet disabled=yes\n`, { lastGood })
      assert.equal(longer.verdict, 'unproven')
      assert.match(longer.because, /^goes on 2 lines behind the end of the one before, which may have been short$/)
      assert.equal(show(`${whole}/ip service\nset telnet disabled=yes\n`, { lastGood: longer.text }).verdict, 'good')
    })

    it('calls one unproven whose last lines are others', () => {
      const other = show(whole.replace(/.*\n$/, 'set name=fra-rb-1 comment=moved\n'), { lastGood })
      assert.deepEqual([other.verdict, other.because], ['unproven', 'nothing in it marks its end'])
    })
  })

  it('never takes the second of two equal captures that are cut off, or of another device', () => {
    const cut = output.slice(0, output.indexOf('router ospf'))
    const { sha256 } = judge(cut)
    const again = { lastGood: judge(output).text, lastHeld: { sha256 }, acceptShrink: true }
    assert.equal(judge(cut, again).verdict, 'held')
    const other = output.replace('hostname fra-acc-19', 'hostname fra-acc-91')
    const twice = { ...again, session: { hostname: 'fra-acc-91' }, lastHeld: { sha256: judge(other).sha256 } }
    assert.equal(judge(other, twice).verdict, 'held')
  })

  it('gives no text when a secret would stay in it', () => {
    assert.throws(() => judge(output, { redactionKey: randomBytes(4) }), { code: 'CAPTURE_HELD' })
  })
})
