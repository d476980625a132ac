import assert from 'node:assert/strict'
import { chmod, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, it } from 'mocha'
import { editInventory, type InventoryEdit, saveChanges } from '../../../packages/core/src/inventory/edit-inventory.ts'
import { parseAssignment } from '../../../packages/core/src/inventory/parse-assignment.ts'
import { inventoryOfText, rebuild } from '../../support/inventory-of-text.ts'

const sample = `# head
version: 1
groups:
  dc1: { site: fra, tags: [dc1, core] } # flow
devices:   # all of them
  # first
  a:
    host: 10.0.0.1   # addr
    tags:
      - core   # c1
      # between
      - 'lab'

  b: { host: "10.0.0.2", tags: [core] }  # two
  c:
    host: 10.0.0.3
    # end of c

# tail
`

function edit(text: string, ...edits: readonly InventoryEdit[]): string {
  return editInventory(inventoryOfText(text), edits, rebuild)[0]?.after ?? text
}
/** Lines that went and lines that came, as a diff would show them. */
function diff(text: string, ...edits: readonly InventoryEdit[]): readonly string[] {
  const [before, after] = [text.split('\n'), edit(text, ...edits).split('\n')]
  const gone = before.filter((line) => !after.includes(line)).map((line) => `-${line}`)
  return [...gone, ...after.filter((line) => !before.includes(line)).map((line) => `+${line}`)]
}
const set = (devices: string, ...assignments: readonly string[]): InventoryEdit => ({
  kind: 'set',
  devices: devices.split(' '),
  assignments: assignments.map(parseAssignment),
})

describe('editInventory', () => {
  it('sets values of many devices at once, each in the style of its place', () => {
    const ssh = 'ssh: { algorithms: legacy-sha1, until: 2027-06-30 }'
    assert.deepEqual(diff(sample, set('a b c', 'ssh.algorithms=legacy-sha1', 'ssh.until=2027-06-30', 'port=2222')), [
      '-  b: { host: "10.0.0.2", tags: [core] }  # two',
      `+    ${ssh}`,
      '+    port: 2222',
      `+  b: { host: "10.0.0.2", tags: [core], ${ssh}, port: 2222 }  # two`,
      `+    ${ssh}`,
      '+    port: 2222',
    ])
  })

  it('adds and takes away tags', () => {
    assert.deepEqual(diff(sample, set('a b c', 'tags+=x,core')), [
      '-  b: { host: "10.0.0.2", tags: [core] }  # two',
      '+      - x',
      '+  b: { host: "10.0.0.2", tags: [core, x] }  # two',
      '+    tags: [x, core]',
    ])
    assert.deepEqual(diff(sample, set('a b c', 'tags-=core')), [
      '-      - core   # c1',
      '-  b: { host: "10.0.0.2", tags: [core] }  # two',
      '+  b: { host: "10.0.0.2", tags: [] }  # two',
    ])
    assert.deepEqual(diff(sample, set('a', 'tags=')), [
      '-    tags:',
      '-      - core   # c1',
      '-      # between',
      "-      - 'lab'",
    ])
  })

  it('renames a tag everywhere, and does not write it twice', () => {
    assert.deepEqual(diff(sample, { kind: 'rename-tag', from: 'core', to: 'backbone' }), [
      '-  dc1: { site: fra, tags: [dc1, core] } # flow',
      '-      - core   # c1',
      '-  b: { host: "10.0.0.2", tags: [core] }  # two',
      '+  dc1: { site: fra, tags: [dc1, backbone] } # flow',
      '+      - backbone   # c1',
      '+  b: { host: "10.0.0.2", tags: [backbone] }  # two',
    ])
    assert.match(edit(sample, { kind: 'rename-tag', from: 'core', to: 'dc1' }), /tags: \[dc1\] \}/)
    assert.throws(() => edit(sample, { kind: 'rename-tag', from: 'nope', to: 'x' }), { code: 'NOT_FOUND' })
  })

  it('adds, renames and removes devices', () => {
    const added: InventoryEdit = { kind: 'add-device', name: 'sw 9', values: { host: '10.1.1.1', tags: ['core'] } }
    assert.deepEqual(diff(sample, added), ['+  sw 9:', '+    host: 10.1.1.1', '+    tags: [core]'])
    const empty = 'version: 1\ndevices: {}  # none yet\n'
    assert.equal(
      edit(empty, added),
      'version: 1\ndevices:  # none yet\n  sw 9:\n    host: 10.1.1.1\n    tags: [core]\n',
    )
    assert.equal(edit('', added), 'devices:\n  sw 9:\n    host: 10.1.1.1\n    tags: [core]\n')
    assert.deepEqual(diff(sample, { kind: 'rename-device', name: 'a', to: '012' }), ['-  a:', '+  "012":'])
    assert.deepEqual(diff(sample, { kind: 'remove-device', name: 'b' }), [
      '-  b: { host: "10.0.0.2", tags: [core] }  # two',
    ])
    const none = edit(sample, ...['a', 'b', 'c'].map((name): InventoryEdit => ({ kind: 'remove-device', name })))
    assert.ok(none.includes('# first') && none.includes('# end of c') && none.endsWith('# tail\n'))
    assert.deepEqual(inventoryOfText(none).problems, [])
    assert.throws(() => edit(sample, { kind: 'remove-device', name: 'z' }), { code: 'NOT_FOUND' })
    assert.throws(() => edit(sample, { ...added, name: 'a' }), { code: 'USAGE' })
  })

  it('refuses a change that brings a new mistake, and lets old ones be', () => {
    assert.throws(() => edit(sample, set('a', 'platform=cisco_iso')), {
      code: 'INPUT_INVALID',
      advice: 'Did you mean cisco_ios?',
    })
    assert.throws(() => edit(sample, set('a', 'host=')), { code: 'INPUT_INVALID' })
    assert.throws(() => edit(sample, set('a', 'port=x')), { code: 'INPUT_INVALID' })
    const old = 'devices:\n  a: { host: 10.0.0.1, platform: nope }\n'
    assert.equal(edit(old, set('a', 'site=x')), 'devices:\n  a: { host: 10.0.0.1, platform: nope, site: x }\n')
  })
})

describe('parseAssignment', () => {
  it('reads keys, lists and removals, and names the nearest key', () => {
    assert.deepEqual(parseAssignment('host=10.0.0.1, sw.example.net'), {
      key: 'host',
      operator: '=',
      value: ['10.0.0.1', 'sw.example.net'],
    })
    assert.deepEqual(parseAssignment('ssh.reason=a=b'), { key: 'ssh.reason', operator: '=', value: 'a=b' })
    assert.deepEqual(parseAssignment('site='), { key: 'site', operator: '=' })
    assert.throws(() => parseAssignment('sit=x'), { code: 'USAGE', advice: 'Did you mean site?' })
    assert.throws(() => parseAssignment('site+=x'), { code: 'USAGE' })
    assert.throws(() => parseAssignment('site'), { code: 'USAGE' })
  })
})

describe('saveChanges', () => {
  it('replaces a file whole, keeps its mode, and refuses when somebody else wrote it', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'netlatch-edit-'))
    try {
      const path = join(folder, 'inventory.yaml')
      await writeFile(path, 'one')
      await chmod(path, 0o640)
      await saveChanges([{ path, file: 'inventory.yaml', before: 'one', after: 'two' }])
      assert.equal(await readFile(path, 'utf8'), 'two')
      assert.equal((await stat(path)).mode & 0o777, 0o640)
      const late = saveChanges([{ path, file: 'inventory.yaml', before: 'one', after: 'three' }])
      await assert.rejects(late, { code: 'FILE_CHANGED' })
      assert.equal(await readFile(path, 'utf8'), 'two')
      assert.deepEqual(await readdir(folder), ['inventory.yaml'])
    } finally {
      await rm(folder, { recursive: true, force: true })
    }
  })
})
