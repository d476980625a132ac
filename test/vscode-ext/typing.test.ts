import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { changedLines } from '../../packages/vscode-ext/src/annotate/changed-lines.ts'
import { completions, describeKey, type NamesByKind } from '../../packages/vscode-ext/src/annotate/completion.ts'
import { typingContext } from '../../packages/vscode-ext/src/annotate/yaml-context.ts'
import { schemaOf } from '../../packages/vscode-ext/src/service/file-view.ts'

/** The place of `|` in a text. */
function at(text: string) {
  const offset = text.indexOf('|')
  return typingContext(text.replace('|', ''), offset)
}

const names: NamesByKind = {
  device: ['sw-1'],
  group: ['dc1'],
  tag: ['core', 'lab'],
  site: ['fra'],
  role: ['spine'],
  platform: ['cisco_ios'],
  credential: ['netops'],
  realm: ['tacacs'],
  'jump-host': ['bastion'],
}
const offered = (text: string, kind: 'inventory' | 'netlatch' = 'inventory', withSchema = true) => {
  const context = at(text)
  assert.ok(context)
  return completions(context, { schema: schemaOf(kind), names, withSchema }).map(({ label }) => label)
}

describe('what is being typed', () => {
  const cases: readonly [string, string, ReturnType<typeof typingContext>][] = [
    ['a key at the top', 'dev|', { path: [], at: 'key', word: 'dev' }],
    ['a key of a device', 'devices:\n  sw-1:\n    ho|', { path: ['devices', 'sw-1'], at: 'key', word: 'ho' }],
    [
      'a value',
      'devices:\n  sw-1:\n    platform: cis|',
      { path: ['devices', 'sw-1', 'platform'], at: 'value', word: 'cis' },
    ],
    [
      'an item in brackets',
      'devices:\n  sw-1:\n    tags: [core, la|',
      { path: ['devices', 'sw-1', 'tags'], at: 'value', word: 'la' },
    ],
    [
      'an item with a dash',
      'devices:\n  sw-1:\n    tags:\n      - co|',
      { path: ['devices', 'sw-1', 'tags'], at: 'value', word: 'co' },
    ],
    [
      'a dash at the key’s own column',
      'devices:\n  sw-1:\n    tags:\n    - co|',
      { path: ['devices', 'sw-1', 'tags'], at: 'value', word: 'co' },
    ],
    [
      'a key in braces',
      'devices:\n  sw-1: { host: 10.0.0.1, pl|',
      { path: ['devices', 'sw-1'], at: 'key', word: 'pl' },
    ],
    [
      'a value in braces',
      'devices:\n  sw-1: { host: 10.0.0.1, tags: [co|',
      { path: ['devices', 'sw-1', 'tags'], at: 'value', word: 'co' },
    ],
  ]
  for (const [title, text, expected] of cases) it(`knows ${title}`, () => assert.deepEqual(at(text), expected))

  it('offers nothing in a comment', () => assert.equal(at('devices: # ho|'), undefined))

  it('skips deeper and empty lines above', () => {
    assert.deepEqual(at('devices:\n  sw-1:\n    ssh:\n      algorithms: modern\n\n    ro|')?.path, ['devices', 'sw-1'])
  })
})

describe('completion', () => {
  it('offers the keys that the schema knows at a place', () => {
    assert.deepEqual(offered('|').toSorted(), ['defaults', 'devices', 'groups', 'version'])
    assert.ok(offered('devices:\n  sw-1:\n    |').includes('jump_host'))
    assert.ok(offered('devices:\n  sw-1:\n    ssh:\n      |').includes('algorithms'))
    assert.ok(offered('realms:\n  tacacs:\n    |', 'netlatch').includes('lockout_threshold'))
  })

  it('offers names of the workspace where one is meant', () => {
    assert.deepEqual(offered('devices:\n  sw-1:\n    tags: [|'), ['core', 'lab'])
    assert.deepEqual(offered('devices:\n  sw-1:\n    groups:\n      - |'), ['dc1'])
    assert.deepEqual(offered('devices:\n  sw-1:\n    credential: |'), ['netops'])
    assert.deepEqual(offered('defaults:\n  jump_host: |'), ['bastion'])
  })

  it('offers the values of the schema', () => {
    assert.deepEqual(offered('devices:\n  sw-1:\n    transport: |'), ['ssh', 'telnet'])
    assert.deepEqual(offered('devices:\n  sw-1:\n    ssh: { algorithms: |'), ['modern', 'legacy-sha1', 'museum'])
  })

  it('leaves the schema to another extension, and keeps the names', () => {
    assert.deepEqual(offered('devices:\n  sw-1:\n    |', 'inventory', false), [])
    assert.deepEqual(offered('devices:\n  sw-1:\n    tags: [|', 'inventory', false), ['core', 'lab'])
  })

  it('describes keys', () => {
    assert.match(describeKey(schemaOf('inventory'), ['devices', 'sw-1', 'jump_host']) ?? '', /jump_hosts:/)
  })
})

describe('edits of the editor', () => {
  const lines = (text: string) => text.split('\n')

  it('touch only the lines that differ', () => {
    assert.deepEqual(changedLines(lines('a\nb\nc\nd'), lines('a\nB\nc\nD')), [
      { first: 1, last: 2, lines: ['B'] },
      { first: 3, last: 4, lines: ['D'] },
    ])
    assert.deepEqual(changedLines(lines('a\nb\nc'), lines('a\nx\ny\nb\nc')), [{ first: 1, last: 1, lines: ['x', 'y'] }])
    assert.deepEqual(changedLines(lines('a\nb\nc'), lines('a\nc')), [{ first: 1, last: 2, lines: [] }])
    assert.deepEqual(changedLines(lines('a'), lines('a')), [])
  })
})
