import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { staysInLine } from '../../../packages/core/src/platforms/stays-in-line.ts'

describe('a pattern that stays in a line', () => {
  const staying = [
    '^ *username \\S+(?: \\S+){0,8}? (?:secret|password)(?: (?:\\d+|sha512))? (?<secret>\\S+)',
    '^[ \\t]+key "?(?P<secret>[^\\s"]+)"?$',
    'a.*b|c{1,3}\\.\\$\\[\\b',
    '[^:\\n]*[A-Z\\]-]',
    '[^\\S\\n]x',
    '',
  ]
  for (const pattern of staying)
    it(`is ${pattern === '' ? 'the empty one' : pattern}`, () => assert.equal(staysInLine(pattern), true))

  const leaving = [
    'a\\sb',
    'a\\Wb',
    'a\\Db',
    'a\\nb',
    'a\nb',
    'a[^b]',
    'a[^\\\\n]',
    'a[\\s\\S]b',
    'a[\\t-~]b',
    'a[\n-~]b',
    'a[[:space:]]b',
    'a[]\\s]b',
    '(?<=a\\n)b',
    '(?<!x)b',
    '(?s)a.b',
    '(?s:a.b)',
    '\\Aa',
    'a\\z',
    'a\\x0ab',
    'a\\x{0a}b',
    'a\\u000ab',
    'a\\012b',
    'a\\PLb',
    'a\\Qb\\E',
  ]
  for (const pattern of leaving)
    it(`is not ${JSON.stringify(pattern)}`, () => assert.equal(staysInLine(pattern), false))
})
