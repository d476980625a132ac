import assert from 'node:assert/strict'
import fc from 'fast-check'
import { describe, it } from 'mocha'
import { createTerminalText } from '../../../packages/core/src/session/terminal-text.ts'
import { randomCuts } from './scripted-shell.ts'

/** The finished lines, and the unfinished one at the end. */
function shown(text: string | Buffer, cut: (left: number) => number = (left) => left, columns = 511): string[] {
  const terminal = createTerminalText({ columns })
  const bytes = Buffer.from(text)
  const lines: string[] = []
  for (let at = 0; at < bytes.length; ) {
    const length = cut(bytes.length - at)
    terminal.write(bytes.subarray(at, at + length), (line) => lines.push(line))
    at += length
  }
  return [...lines, terminal.line]
}

describe('terminal text', () => {
  const cases: readonly (readonly [what: string, bytes: string, lines: readonly string[]])[] = [
    ['ends lines at \\r\\n, \\n and \\r\\r\\n alike', 'a\r\nb\nc\r\r\nd', ['a', 'b', 'c', 'd']],
    ['keeps blanks and tabs at the end of a line', 'a  \r\n\tb\t\r\n', ['a  ', '\tb\t', '']],
    ['lets a bare \\r overwrite', 'abcdef\rxy\r\n', ['xycdef', '']],
    ['drops NUL, BEL and other controls', 'a\0\0b\x07c\x0e\x7f\r\n', ['abc', '']],
    ['drops colours and private modes', '\x1b[?2004h\x1b[1;31mred\x1b[0m\x1b[?2004l\r\n', ['red', '']],
    ['drops a window title, however it ends', '\x1b]0;me@host: ~\x07a\x1b]2;t\x1b\\b\r\n', ['ab', '']],
    ['lets nothing but itself vanish in a title that never ends', '\x1b]0;title\r\nnext\r\n', ['', 'next', '']],
    ['drops character sets and keypad modes', '\x1b(B\x1b=\x1b>a\x1b7\x1b8\r\n', ['a', '']],
    ['obeys erase-line', 'abc\r\x1b[Kxy\r\n', ['xy', '']],
    ['obeys erase to the start', 'abc\x1b[1K\rz\r\n', ['z', '']],
    ['obeys cursor columns', 'abcdef\x1b[3GX\x1b[2DY\r\n', ['aYXdef', '']],
    ['moves forward over nothing', 'a\x1b[3Cb\r\n', ['a   b', '']],
    ['takes the eight-bit forms of sequences', 'a\u009b1mb\u009d0;t\u009cc\r\n', ['abc', '']],
    ['ends a line at ESC E', 'a\x1bEb', ['a', 'b']],
    [
      'forgets a pager that backspaces, whole or short by its last blank',
      ' --More-- \b\b\b\b\b\b\b\b\b        \b\b\b\b\b\b\b\b\bend\r\n',
      ['end', ''],
    ],
    [
      'leaves an empty line where only a pager was',
      ' --More-- \b\b\b\b\b\b\b\b\b        \b\b\b\b\b\b\b\b\b\r\n',
      ['', ''],
    ],
    ['forgets what is rubbed out at the end of a line', 'abc--More--\b\b\b\b\b\b\b\b        \r\n', ['abc', '']],
    ['keeps blanks of a line that follows a pager', '--More--\r        \rab  \r\n', ['ab  ', '']],
    [
      'forgets a pager that goes back by columns',
      '  ---- More ----\x1b[16D                \x1b[16Dvlan 1\r\n',
      ['vlan 1', ''],
    ],
    ['forgets a pager in reverse video', '\x1b[7m --More-- \x1b[27m\r\x1b[Kline\r\n', ['line', '']],
    [
      'draws a prompt on the last row of a screen',
      '\x1b[24;1H\x1b[2K\x1b[24;1Hsw# \x1b[24;5Hs\x1b[24;6Hhow\x1b[24;1H\x1bEout',
      ['sw# show', 'out'],
    ],
  ]
  for (const [what, bytes, lines] of cases) {
    it(what, () => assert.deepEqual(shown(bytes), lines))
  }

  it('puts a wrapped command line together, as a line editor draws it', () => {
    assert.deepEqual(shown('0123456789 \rabc\r\n', undefined, 10), ['0123456789abc', ''])
  })

  it('joins characters of several bytes across packets, and marks bytes that are none', () => {
    const text = 'Zürich → 東京 🚂\r\n'
    assert.deepEqual(
      shown(text, () => 1),
      ['Zürich → 東京 🚂', ''],
    )
    assert.deepEqual(shown(Buffer.from([0x5a, 0xfc, 0x0d, 0x0a])), ['Z\ufffd', ''])
  })

  it('shows the same for any packets', () => {
    const pieces = fc.constantFrom(
      ...[
        'ab',
        ' ',
        '\r',
        '\n',
        '\r\n',
        '\b',
        '\x1b[K',
        '\x1b[5G',
        '\x1b]0;t\x07',
        '\x1b[2D',
        '\x1b[',
        '\x1b',
        'é',
        '\0',
        '\x1b[1K',
      ],
    )
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 60 }), fc.nat(), (list, seed) => {
        const text = list.join('')
        assert.deepEqual(shown(text, randomCuts(seed, 5)), shown(text))
      }),
      { numRuns: process.env.NETLATCH_LONG ? 50_000 : 1000 },
    )
  })

  it('never shows a control character', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        for (const line of shown(Buffer.from(bytes))) assert.doesNotMatch(line, /[\x00-\x08\x0a-\x1f\x7f-\x9f]/)
      }),
    )
  })

  it('takes time in proportion to the bytes, whatever they are', () => {
    const long = 'x'.repeat(20_000)
    for (const unit of [
      '\b',
      'a\b',
      '\ra',
      '\x1b[K',
      '\x1b[1K',
      'a\x1b[1G',
      '\x1b[511Ga',
      '\x1b',
      '\x1b[',
      '\x1b]',
      '\x1b[999999999C',
      ' \b',
    ]) {
      const startedAt = performance.now()
      shown(long + unit.repeat(100_000))
      assert.ok(performance.now() - startedAt < 3000, JSON.stringify(unit))
    }
  })
})
