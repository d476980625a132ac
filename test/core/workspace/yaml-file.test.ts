import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { parseYaml } from '../../../packages/core/src/workspace/yaml-file.ts'
import { originOf, originOfKey } from '../../../packages/core/src/workspace/yaml-node.ts'

const codes = (text: string, limits = {}) => parseYaml(text, 'a.yaml', limits).problems.map((problem) => problem.code)

describe('parseYaml', () => {
  it('gives plain values in objects without a prototype', () => {
    const { value, problems } = parseYaml('a: { b: [1, yes, ~, true, "2"] }\n', 'a.yaml')
    assert.deepEqual(problems, [])
    assert.deepEqual(JSON.parse(JSON.stringify(value)), { a: { b: [1, 'yes', null, true, '2'] } })
    assert.equal(Object.getPrototypeOf(value), null)
  })

  it('knows line and column of every key and value, also after CRLF and a byte order mark', () => {
    const file = parseYaml('\uFEFFa:\r\n  b: [x,\r\n    y]\r\n', 'a.yaml')
    assert.deepEqual(originOfKey(file, ['a', 'b']), { file: 'a.yaml', line: 2, column: 3 })
    assert.deepEqual(originOf(file, ['a', 'b', 1]), { file: 'a.yaml', line: 3, column: 5 })
    assert.deepEqual(originOf(file, ['a', 'missing', 'deep']), { file: 'a.yaml', line: 1, column: 1 })
  })

  it('names both places of a key that stands twice, and keeps the first value', () => {
    const { value, problems } = parseYaml('a: 1\nb: 2\na: 3\n', 'a.yaml')
    assert.equal(problems[0]?.message, '"a" is also in a.yaml:1:1')
    assert.deepEqual(problems[0]?.at, { file: 'a.yaml', line: 3, column: 1 })
    assert.deepEqual({ ...(value as object) }, { a: 1, b: 2 })
  })

  it('refuses what YAML 1.2 data does not need', () => {
    assert.deepEqual(codes('%YAML 1.1\n---\na: 1\n'), ['yaml-directive'])
    assert.deepEqual(codes('%TAG !e! tag:x\n---\na: 1\n'), ['yaml-directive'])
    assert.deepEqual(codes('a: !!binary aGk=\n'), ['yaml-tag'])
    assert.deepEqual(codes('a: !vault { b: 1 }\n'), ['yaml-tag'])
    assert.deepEqual(codes('22: a\ntrue: b\n? [x]\n: c\n'), ['yaml-key', 'yaml-key', 'yaml-key'])
    assert.deepEqual(codes('a: 9007199254740993\nb: 1e999\nc: .nan\n'), ['yaml-number', 'yaml-number', 'yaml-number'])
    assert.deepEqual(codes('a: { <<: { b: 1 } }\n'), ['yaml-merge'])
    assert.deepEqual(codes('a: 1\n---\nb: 2\n'), ['yaml-syntax'])
  })

  it('refuses keys that mean something to JavaScript', () => {
    assert.deepEqual(codes('__proto__: { polluted: 1 }\nx: { constructor: 1, prototype: 2 }\n'), [
      'yaml-key',
      'yaml-key',
      'yaml-key',
    ])
    assert.equal(Reflect.get({}, 'polluted'), undefined)
  })

  it('says where the syntax is wrong, in words that never repeat the text', () => {
    const { problems } = parseYaml('a: 1\n b: "hunter2\n', 'a.yaml')
    assert.ok(problems.length > 0 && problems.every(({ code }) => code === 'yaml-syntax'))
    assert.ok(!JSON.stringify(problems).includes('hunter2'))
  })

  it('refuses files that are too large or too deep before the parser suffers from them', () => {
    assert.deepEqual(codes('a: 1\n', { maxBytes: 4 }), ['yaml-too-large'])
    assert.deepEqual(codes('['.repeat(200_000)), ['yaml-too-deep'])
    assert.deepEqual(codes('- '.repeat(200_000)), ['yaml-too-deep'])
    assert.deepEqual(codes(`${'['.repeat(30)}${']'.repeat(30)}`), [])
  })

  it('follows aliases, but not into a value of astronomic size', () => {
    const { value } = parseYaml('a: &x [1, 2]\nb: *x\n', 'a.yaml')
    assert.deepEqual(JSON.parse(JSON.stringify(value)), { a: [1, 2], b: [1, 2] })
    const levels = Array.from({ length: 12 }, (_, level) => {
      const inner = level === 0 ? 'x' : `*l${level - 1}`
      return `k${level}: &l${level} [${Array.from({ length: 10 }, () => inner).join(', ')}]`
    })
    assert.ok(codes(levels.join('\n')).includes('yaml-alias'))
    assert.deepEqual(codes('a: &x 1\nb: *x\n', { aliases: 'refuse' }), ['yaml-alias'])
  })

  it('reads an empty file as nothing', () => {
    assert.deepEqual(parseYaml('# only a comment\n', 'a.yaml').value, null)
    assert.deepEqual(codes(''), [])
  })
})
