import assert from 'node:assert/strict'
import fc from 'fast-check'
import { describe, it } from 'mocha'
import { applyEdits, editYaml, type YamlChange } from '../../../packages/core/src/workspace/yaml-edit.ts'
import { parseYaml } from '../../../packages/core/src/workspace/yaml-file.ts'
import type { YamlValue } from '../../../packages/core/src/workspace/yaml-text.ts'

const edit = (text: string, ...changes: readonly YamlChange[]) => editYaml(parseYaml(text, 'a.yaml'), changes)
const set = (path: string, value: YamlValue): YamlChange => ({ kind: 'set', path: path.split('.'), value })
const remove = (path: string): YamlChange => ({ kind: 'remove', path: path.split('.') })

const sample = `# head
a:  1   # one
b: 'two'
c: { x: 1, y: "q" }  # flow
list:
  - p   # first
  # between
  - q
empty:   # nothing yet
nested:
  deep:
    key: v

# tail
`

describe('editYaml', () => {
  it('changes a value only, keeping its comment, its place and its quotes', () => {
    assert.equal(edit(sample, set('a', 2)), sample.replace('1   # one', '2   # one'))
    assert.equal(edit(sample, set('b', "it's")), sample.replace("'two'", "'it''s'"))
    assert.equal(edit(sample, set('c.y', 'z')), sample.replace('"q"', '"z"'))
  })

  it('adds keys where their neighbours are, in lines or in brackets', () => {
    assert.equal(edit(sample, set('c.z', [1, 'a b'])), sample.replace('"q" }', '"q", z: [1, a b] }'))
    assert.equal(edit(sample, set('nested.deep.more', true)), sample.replace('key: v\n', 'key: v\n    more: true\n'))
    assert.equal(edit(sample, set('empty', 'x')), sample.replace('empty:   #', 'empty: x   #'))
    assert.equal(
      edit(sample, set('empty.m.p', 1), set('empty.m.o', 2)),
      sample.replace('empty:   #', 'empty: { m: { p: 1, o: 2 } }   #'),
    )
  })

  it('adds and removes list items', () => {
    assert.equal(edit(sample, { kind: 'add', path: ['list'], item: 'r' }), sample.replace('  - q\n', '  - q\n  - r\n'))
    assert.equal(edit(sample, { kind: 'add', path: ['list'], item: 'q' }), sample)
    assert.equal(edit(sample, { kind: 'remove', path: ['list', 0] }), sample.replace('  - p   # first\n', ''))
    const both: YamlChange[] = [0, 1].map((index) => ({ kind: 'remove', path: ['list', index] }))
    assert.equal(
      edit(sample, ...both),
      sample.replace('list:\n  - p   # first\n  # between\n  - q\n', 'list: []\n  # between\n'),
    )
    assert.equal(
      edit('a: [x, y, z]\n', { kind: 'remove', path: ['a', 2] }, { kind: 'remove', path: ['a', 1] }),
      'a: [x]\n',
    )
  })

  it('removes whole entries and leaves comments on lines of their own', () => {
    assert.equal(edit(sample, remove('a')), sample.replace('a:  1   # one\n', ''))
    assert.equal(edit(sample, remove('c.x')), sample.replace('x: 1, ', ''))
    assert.equal(edit(sample, remove('nested.deep.key')), sample.replace('deep:\n    key: v\n', 'deep: {}\n'))
    assert.equal(edit(sample, remove('nothing.here')), sample)
  })

  it('renames a key in its place', () => {
    const change: YamlChange = { kind: 'rename', path: ['c'], name: '01' }
    assert.equal(edit(sample, change), sample.replace('c: {', '"01": {'))
  })

  it('keeps CRLF line ends', () => {
    assert.equal(edit('a:\r\n  b: 1\r\n', set('a.c', 2)), 'a:\r\n  b: 1\r\n  c: 2\r\n')
    assert.equal(edit('a: 1\r\nb: 2\r\n', remove('a')), 'b: 2\r\n')
  })

  it('refuses to change a value that another place shares', () => {
    assert.throws(() => edit('a: &x { k: 1 }\nb: *x\n', set('b.k', 2)), { code: 'INPUT_INVALID' })
    assert.throws(() => edit('a: &x { k: 1 }\nb: *x\n', set('a.k', 2)), { code: 'INPUT_INVALID' })
    assert.equal(edit('a: &x { k: 1 }\nb: *x\n', set('b', 2)), 'a: &x { k: 1 }\nb: 2\n')
  })

  it('refuses a file with mistakes', () => {
    assert.throws(() => edit('a: 1\na: 2\n', set('b', 1)), { code: 'INPUT_INVALID' })
  })

  it('writes texts that read back as the same texts, for YAML 1.1 readers too', () => {
    const words = [
      'no',
      'yes',
      '012',
      '1_000',
      '0x1f',
      '1e3',
      '12:30',
      '~',
      '',
      ' a',
      'a ',
      'a: b',
      '#x',
      '2001:db8::',
      '1e',
      '.5',
      '-',
      '[a',
      "'",
      '"',
      'é\u2028',
    ]
    for (const word of words) {
      const text = edit('a: x\n', set('a', word))
      assert.deepEqual({ ...(parseYaml(text, 'a.yaml').value as object) }, { a: word })
    }
    for (const word of ['no', '012', '1_000', '12:30', '1e3']) assert.match(edit('a: x\n', set('a', word)), /^a: "/)
    for (const word of ['fra-core-1', '10.0.0.1', '2027-06-30', 'cisco_ios', 'two words', 'legacy-sha1'])
      assert.equal(edit('a: x\n', set('a', word)), `a: ${word}\n`)
  })

  it('changes exactly what was asked, for any text, and never a line that is not concerned', () => {
    const word = fc.oneof(
      fc.constantFrom('x', 'y z', 'no', '01', "it's", 'q"', 'a: b', '# c'),
      fc.string({ maxLength: 6 }),
    )
    const device = fc.record(
      { host: fc.ipV4(), tags: fc.array(word, { maxLength: 3 }), port: fc.integer({ min: 1, max: 65535 }) },
      { requiredKeys: ['host'] },
    )
    const flow = (value: unknown) => JSON.stringify(value).replaceAll('":', '": ')
    const devices = fc.array(fc.tuple(device, fc.boolean(), fc.boolean()), { minLength: 2, maxLength: 5 })
    const change = fc.oneof(
      fc.record({ kind: fc.constant('set' as const), key: fc.constantFrom('site', 'port', 'host'), value: word }),
      fc.record({ kind: fc.constant('add' as const), key: fc.constant('tags'), value: word }),
      fc.record({ kind: fc.constant('remove' as const), key: fc.constantFrom('tags', 'port', 'site'), value: word }),
    )
    fc.assert(
      fc.property(devices, change, fc.nat(), (list, { kind, key, value }, seed) => {
        const lines = list.flatMap(([values, isFlow, hasComment], index) => [
          `  # before d${index}`,
          ...(isFlow
            ? [`  d${index}: ${flow(values)}${hasComment ? '  # c' : ''}`]
            : [
                `  d${index}:${hasComment ? ' # c' : ''}`,
                ...Object.entries(values).map(([name, entry]) => `    ${name}: ${flow(entry)} # e${index}`),
              ]),
        ])
        const text = `devices:\n${lines.join('\n')}\n# end\n`
        const index = seed % list.length
        const path = ['devices', `d${index}`, key]
        const one: YamlChange =
          kind === 'set' ? { kind, path, value } : kind === 'add' ? { kind, path, item: value } : { kind, path }
        const after = edit(text, one).split('\n')
        const concerns = (line: string) => line.includes(`d${index}:`) || line.includes(`# e${index}`)
        for (const line of text.split('\n')) if (!concerns(line)) assert.ok(after.includes(line), `${line} is gone`)
      }),
      { numRuns: process.env.NETLATCH_LONG ? 5000 : 300 },
    )
  })

  it('makes of many changes at once what they make one after another', () => {
    const value = fc.oneof(
      fc.constantFrom('x', "it's", 'a: b', '01'),
      fc.integer(),
      fc.array(fc.constantFrom('p', 'q r'), { maxLength: 2 }),
      fc.record({ host: fc.ipV4(), tags: fc.array(fc.constantFrom('p', '# q'), { maxLength: 2 }) }),
    )
    const name = fc.constantFrom('d0', 'd1', 'd2', 'n1', 'n2')
    const key = fc.constantFrom('site', 'port', 'ssh')
    const change: fc.Arbitrary<YamlChange> = fc.oneof(
      fc.record({ kind: fc.constant('set' as const), path: fc.tuple(fc.constant('devices'), name, key), value }),
      fc.record({
        kind: fc.constant('set' as const),
        path: fc.tuple(fc.constant('groups'), fc.constantFrom('g', 'h')),
        value,
      }),
      fc.record({
        kind: fc.constant('add' as const),
        path: fc.tuple(fc.constant('devices'), name, fc.constant('tags')),
        item: fc.constantFrom('p', 'z'),
      }),
      fc.record({ kind: fc.constant('remove' as const), path: fc.tuple(fc.constant('devices'), name, key) }),
      fc.record({ kind: fc.constant('remove' as const), path: fc.tuple(fc.constant('devices'), name) }),
    )
    const distinct = fc.uniqueArray(change, {
      minLength: 1,
      maxLength: 8,
      // A change of what another one takes away or makes depends on it.
      selector: ({ path }) => JSON.stringify(path.slice(0, 2)),
    })
    // Where nothing is left, what is added is a new beginning: on one line, or on lines of its own.
    const leavesSomething = (changes: readonly YamlChange[]) =>
      changes.filter(({ kind, path }) => kind === 'remove' && path.length === 2).length < 3 ||
      changes.every(({ kind }) => kind === 'remove')
    fc.assert(
      fc.property(distinct.filter(leavesSomething), fc.boolean(), (changes, isCrlf) => {
        const lines = [
          'groups: # of sites',
          '  base: {}',
          'devices: # all of them',
          '  # the first',
          '  d0: { host: 10.0.0.1, port: 22, tags: [p] } # one line',
          "  d1:\n    host: '10.0.0.2' # quoted\n    tags:\n      - p # why\n    port: 23",
          '  d2:\n    host: 10.0.0.3',
          '# end\n',
        ].join('\n')
        const text = isCrlf ? lines.replaceAll('\n', '\r\n') : lines
        const oneByOne = changes.reduce((before, each) => edit(before, each), text)
        assert.equal(edit(text, ...changes), oneByOne)
      }),
      { numRuns: process.env.NETLATCH_LONG ? 3000 : 150 },
    )
  })

  // With a cost that grows by the size of the file for each change this takes minutes.
  it('changes every one of ten thousand devices, and adds as many', () => {
    const many = 10_000
    const numbers = Array.from({ length: many }, (_, index) => index)
    const device = (index: number, site: string) => `  d${index}:\n    host: 10.0.0.1 # ${index}\n${site}`
    const text = `devices:\n${numbers.map((index) => device(index, '')).join('')}`
    const added = numbers.map((index) => set(`devices.n${index}`, { host: '10.0.0.2' }))
    const after = edit(text, ...numbers.map((index) => set(`devices.d${index}.site`, 'fra')), ...added)
    const expected = [
      ...numbers.map((index) => device(index, '    site: fra\n')),
      ...numbers.map((index) => `  n${index}:\n    host: 10.0.0.2\n`),
    ]
    assert.ok(after === `devices:\n${expected.join('')}`)
  })
})

describe('applyEdits', () => {
  it('keeps the order of insertions at one place', () => {
    const edits = ['b', 'c'].map((text) => ({ start: 1, end: 1, text }))
    assert.equal(applyEdits('ad', edits), 'abcd')
  })
})
