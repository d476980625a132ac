import assert from 'node:assert/strict'
import { join } from 'node:path'
import { describe, it } from 'mocha'
import type { Archive, ArchiveQuery } from '../../../packages/core/src/backup/archive.ts'
import { openGitArchive } from '../../../packages/core/src/backup/git-archive.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

describe('searching the archive', () => {
  const folder = temporaryFolder()
  let count = 0
  const open = () => openGitArchive({ repository: join(folder(), `search-${count++}.git`) })

  it('finds plain text in the files as they are now', async () => {
    await using archive = await open()
    assert.deepEqual(await search(archive, { pattern: 'x' }), [])
    await backUp(archive, { 'fra/a.cfg': 'hostname a\nntp server 192.0.2.1\n', 'muc/b.cfg': 'ntp server 192a0b2c1\n' })
    assert.deepEqual(await search(archive, { pattern: 'server 192.0.2.1' }), ['fra/a.cfg:2: ntp server 192.0.2.1'])
    assert.deepEqual(await search(archive, { pattern: 'NTP SERVER' }), [])
    assert.equal((await search(archive, { pattern: 'NTP SERVER', ignoreCase: true })).length, 2)
    assert.deepEqual(await search(archive, { pattern: 'ntp', paths: ['muc/b.cfg'] }), [
      'muc/b.cfg:1: ntp server 192a0b2c1',
    ])
  })

  it('finds regular expressions', async () => {
    await using archive = await open()
    await assert.rejects(search(archive, { pattern: '(', regexp: true }), { code: 'USAGE' })
    assert.deepEqual(await search(archive, { pattern: '(' }), [])
    await backUp(archive, { 'fra/a.cfg': 'vlan 10\nvlan 200\n' })
    assert.deepEqual(await search(archive, { pattern: '^vlan [0-9]{3}$', regexp: true }), ['fra/a.cfg:2: vlan 200'])
    // What the system's library says of them differs from one to the next.
    for (const pattern of ['(', '[', '*', 'a{2', 'a{5,2}', 'x\\', '[[:foo:]]', 'a{999999}'])
      await assert.rejects(search(archive, { pattern, regexp: true }), {
        code: 'USAGE',
        message: `search: "${pattern}" is no extended regular expression.`,
        advice: 'a sign that stands for itself takes a backslash, as \\(; without --regexp all of them do',
      })
  })

  it('finds what is gone, once for each version in which it came or went', async () => {
    await using archive = await open()
    const first = await backUp(archive, { 'fra/a.cfg': 'snmp a.b\nx\n', 'fra/b.cfg': 'y\n' })
    await backUp(archive, { 'fra/a.cfg': 'snmp a.b\nx2\n' })
    await backUp(archive, { 'fra/a.cfg': 'nothing\n' })
    await backUp(archive, { 'fra/a.cfg': null })
    assert.deepEqual(await search(archive, { pattern: 'snmp a.b' }), [])
    const found = await Array.fromAsync(archive.search({ pattern: 'snmp a.b', past: true }))
    assert.deepEqual(found, [
      { path: 'fra/a.cfg', commit: first, at: found[0]?.at, current: false, line: 1, text: 'snmp a.b' },
    ])
    assert.ok(Math.abs(Date.now() - (found[0]?.at.getTime() ?? 0)) < 60_000)
    assert.deepEqual(await search(archive, { pattern: 'snmp aXb', past: true }), [])
    assert.deepEqual(await search(archive, { pattern: 'SNMP A[.]B$', regexp: true, ignoreCase: true, past: true }), [
      'fra/a.cfg:1: snmp a.b',
    ])
    assert.deepEqual(await search(archive, { pattern: 'snmp', past: true, paths: ['fra/b.cfg'] }), [])
  })

  it('finds a line that is still there once, and its older wordings too', async () => {
    await using archive = await open()
    await backUp(archive, { 'fra/a.cfg': 'ntp 1\n' })
    await backUp(archive, { 'fra/a.cfg': 'ntp 2\n' })
    assert.deepEqual(await search(archive, { pattern: 'ntp', past: true }), [
      'fra/a.cfg:1: ntp 2',
      'fra/a.cfg:1: ntp 1',
    ])
  })

  it('takes a pattern for nothing but a pattern', async () => {
    await using archive = await open()
    await backUp(archive, { 'fra/a.cfg': '--output=x\n.*+?^$.{}()|[]\\ end\n' })
    for (const pattern of ['--output=x', '.*+?^$.{}()|[]\\']) {
      assert.equal((await search(archive, { pattern, past: true })).length, 1, pattern)
    }
    for (const pattern of ['', 'a\nb', 'a\0b']) await assert.rejects(search(archive, { pattern }), { code: 'USAGE' })
  })

  it('stops when it is told to, and when nobody reads on', async () => {
    await using archive = await open()
    const text = 'match\n'.repeat(200_000)
    await backUp(archive, { 'fra/a.cfg': text })
    for await (const match of archive.search({ pattern: 'match' })) {
      assert.equal(match.line, 1)
      break
    }
    const abort = new AbortController()
    const reading = async () => {
      for await (const _ of archive.search({ pattern: 'match', signal: abort.signal })) abort.abort(new Error('enough'))
    }
    await assert.rejects(reading(), /enough/)
  })
})

async function search(archive: Archive, query: ArchiveQuery): Promise<string[]> {
  const found = await Array.fromAsync(archive.search(query))
  return found.map(({ path, line, text }) => `${path}:${line}: ${text}`)
}

async function backUp(archive: Archive, files: Readonly<Record<string, string | null>>): Promise<string | undefined> {
  const stored = []
  for (const [path, text] of Object.entries(files))
    stored.push({ path, blob: text === null ? null : await archive.store(text) })
  return (await archive.commit({ runId: 'r', devices: stored.length, files: stored }))?.commit
}
