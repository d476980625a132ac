import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdir, readdir, realpath, stat, symlink, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, it } from 'mocha'
import type { Archive } from '../../../packages/core/src/backup/archive.ts'
import { archivePath } from '../../../packages/core/src/backup/archive-path.ts'
import { openGitArchive } from '../../../packages/core/src/backup/git-archive.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

describe('the git archive', () => {
  const folder = temporaryFolder()
  let count = 0
  const newRepository = () => join(folder(), `archive-${count++}.git`)

  it('makes a bare repository that plain git reads', async () => {
    const repository = newRepository()
    await using archive = await openGitArchive({ repository })
    const committed = await commit(archive, { 'fra/a.cfg': 'hostname a\n', 'muc/b.cfg': 'hostname b\n' })
    assert.equal(git(repository, 'rev-parse', 'main'), `${committed?.commit}\n`)
    assert.equal(git(repository, 'show', 'main:fra/a.cfg'), 'hostname a\n')
    assert.equal(git(repository, 'log', '--format=%an <%ae> %s'), 'Netlatch <netlatch@localhost> Back up 2 devices\n')
    assert.match(git(repository, 'log', '--format=%b'), /^Devices: 2\nFiles: 2\nNetlatch-Run: run-1\n/)
    await archive.verify()
    assert.deepEqual(await readdir(join(repository, 'hooks')).catch(() => []), [])
  })

  it('refuses its branch where somebody has checked it out beside the bare repository', async () => {
    const repository = newRepository()
    await using archive = await openGitArchive({ repository })
    await commit(archive, { 'fra/a.cfg': 'a\n' })
    git(repository, 'worktree', 'add', '--quiet', `${repository}-beside`, 'main')
    const refused = { code: 'GIT_FAILED', message: /^backups: branch main is checked out in / }
    await assert.rejects(commit(archive, { 'fra/a.cfg': 'b\n' }), refused)
    await assert.rejects(openGitArchive({ repository }), refused)
    git(repository, 'worktree', 'remove', `${repository}-beside`)
    assert.notEqual(await commit(archive, { 'fra/a.cfg': 'b\n' }), null)
  })

  it('keeps other files, makes no commit without a change, and takes files away', async () => {
    const repository = newRepository()
    await using archive = await openGitArchive({ repository })
    await commit(archive, { 'fra/a.cfg': 'a\n', 'fra/b.cfg': 'b\n' })
    assert.equal(await commit(archive, { 'fra/a.cfg': 'a\n' }), null)
    assert.equal(await archive.commit({ runId: 'r', devices: 0, files: [] }), null)
    const moved = await commit(archive, { 'fra/a.cfg': null, 'muc/a.cfg': 'a\n' })
    assert.equal(git(repository, 'rev-parse', 'main'), `${moved?.commit}\n`)
    assert.equal(git(repository, 'ls-tree', '-r', '--name-only', 'main'), 'fra/b.cfg\nmuc/a.cfg\n')
    assert.equal(git(repository, 'rev-list', '--count', 'main'), '2\n')
  })

  it('reads a file now, after a commit and at a time', async () => {
    await using archive = await openGitArchive({ repository: newRepository() })
    assert.equal(await archive.read('fra/a.cfg'), null)
    const first = await commit(archive, { 'fra/a.cfg': 'one\n' }, new Date('2026-05-01T00:00:00Z'))
    await commit(archive, { 'fra/a.cfg': 'zwei äöü\n' }, new Date('2026-05-03T00:00:00Z'))
    const read = async (at?: string | Date) => (await archive.read('fra/a.cfg', at))?.text
    assert.equal(await read(), 'zwei äöü\n')
    assert.equal(await read(first?.commit), 'one\n')
    assert.equal(await read(first?.commit.slice(0, 10)), 'one\n')
    assert.equal(await read(new Date('2026-05-02T00:00:00Z')), 'one\n')
    assert.equal(await read(new Date('2026-05-04T00:00:00Z')), 'zwei äöü\n')
    assert.equal(await read(new Date('2026-04-01T00:00:00Z')), undefined)
    assert.equal(await archive.read('fra'), null)
    assert.equal(await archive.read('fra/a.cfg\nx'), null)
  })

  it('lists what happened to a file, latest first', async () => {
    await using archive = await openGitArchive({ repository: newRepository() })
    assert.deepEqual(await archive.history('fra/a.cfg'), [])
    const first = await commit(archive, { 'fra/a.cfg': 'one\n' }, new Date('2026-05-01T00:00:00Z'))
    await commit(archive, { 'fra/other.cfg': 'x\n' })
    const gone = await commit(archive, { 'fra/a.cfg': null }, new Date('2026-05-03T00:00:00Z'))
    const blob = await archive.store('one\n')
    const subject = 'Back up 1 device'
    assert.deepEqual(await archive.history('fra/a.cfg'), [
      { commit: gone?.commit, at: new Date('2026-05-03T00:00:00Z'), subject, runId: 'run-1', blob: null },
      { commit: first?.commit, at: new Date('2026-05-01T00:00:00Z'), subject, runId: 'run-1', blob },
    ])
    assert.equal((await archive.history('fra/a.cfg', { limit: 1 })).length, 1)
  })

  it('shows what changed, whatever the texts look like', async () => {
    await using archive = await openGitArchive({ repository: newRepository() })
    const [a, b] = [await archive.store('same\n--- old\n-- x\n'), await archive.store('same\n+++ new\n@@ y\n-- x\n')]
    assert.deepEqual(await archive.diff(a, b, { from: 'fra-1 yesterday', to: 'fra-1 now' }), {
      text: '--- fra-1 yesterday\n+++ fra-1 now\n@@ -1,3 +1,4 @@\n same\n---- old\n++++ new\n+@@ y\n -- x\n',
      linesAdded: 2,
      linesRemoved: 1,
    })
    assert.deepEqual(await archive.diff(a, a), { text: '', linesAdded: 0, linesRemoved: 0 })
    const empty = await archive.store('')
    for (const text of ['one\n', 'one\ntwo', 'same\n+++ new\n@@ y\n-- x\n', '\n', '']) {
      const blob = await archive.store(text)
      assert.deepEqual(await archive.diff(null, blob), await archive.diff(empty, blob))
      assert.deepEqual(await archive.diff(blob, null), await archive.diff(blob, empty))
    }
  })

  it('keeps held captures off the branch and safe from garbage collection, until they are dropped', async () => {
    const repository = newRepository()
    await using archive = await openGitArchive({ repository })
    const device = 'FRA/1..lock.lock'
    const [blob = ''] = await archive.hold([{ device, configuration: 'running', text: 'held\n' }])
    git(repository, 'gc', '--quiet', '--prune=now')
    assert.equal(await archive.readBlob(blob), 'held\n')
    assert.equal(await archive.read(archivePath({ name: device })), null)
    assert.equal(git(repository, 'for-each-ref', '--format=%(refname)', 'refs/heads'), '')
    await archive.verify()
    await archive.dropHeld([{ device, configuration: 'running', blob }])
    await archive.dropHeld([{ device, configuration: 'running', blob }])
    assert.equal(git(repository, 'for-each-ref'), '')
  })

  it('drops a capture that was held several times', async () => {
    const repository = newRepository()
    await using archive = await openGitArchive({ repository })
    const capture = { device: 'a', configuration: 'running', text: 'held\n' } as const
    const blobs = [...(await archive.hold([capture])), ...(await archive.hold([capture]))]
    await archive.dropHeld(blobs.map((blob) => ({ device: 'a', configuration: 'running', blob })))
    assert.equal(git(repository, 'for-each-ref'), '')
  })

  it('puts a held capture on the branch when it is accepted', async () => {
    await using archive = await openGitArchive({ repository: newRepository() })
    const [blob = ''] = await archive.hold([{ device: 'a', configuration: 'running', text: 'held\n' }])
    await archive.commit({ runId: 'r', devices: 1, files: [{ path: '_/a.cfg', blob }], subject: 'Accept a\n\nX: y' })
    assert.equal((await archive.read('_/a.cfg'))?.text, 'held\n')
    assert.equal((await archive.history('_/a.cfg'))[0]?.subject, 'Accept a X: y')
  })

  it('takes hostile names as names', async () => {
    const repository = newRepository()
    await using archive = await openGitArchive({ repository })
    const names = [
      '--upload-pack=touch x',
      '../../etc/passwd',
      '.git',
      '-',
      ':(glob)*',
      '$(id)',
      'a\nb',
      'CON',
      'a\tb',
      '"',
    ]
    const files = Object.fromEntries(names.map((name) => [archivePath({ name, site: name }), `${name}\n`]))
    await commit(archive, files)
    for (const [path, text] of Object.entries(files)) {
      assert.equal((await archive.read(path))?.text, text)
      assert.equal((await archive.history(path)).length, 1)
    }
    await archive.verify()
  })

  it('refuses what could be an option or an expression for git', async () => {
    await using archive = await openGitArchive({ repository: newRepository() })
    await commit(archive, { 'fra/a.cfg': 'a\n' })
    for (const evil of ['--output=x', 'HEAD', 'main', '@{-1}', '']) {
      await assert.rejects(archive.read('fra/a.cfg', evil), { code: 'NOT_FOUND' }, evil)
      await assert.rejects(archive.readBlob(evil), { code: 'NOT_FOUND' })
      await assert.rejects(archive.diff(evil, null), { code: 'NOT_FOUND' })
    }
    for (const branch of ['--force', 'a..b', '@{-1}', 'x y']) {
      await assert.rejects(openGitArchive({ repository: newRepository(), branch }), { code: 'GIT_FAILED' }, branch)
    }
  })

  it('does not put a blob on the branch that is not there', async () => {
    await using archive = await openGitArchive({ repository: newRepository() })
    const files = [{ path: 'fra/a.cfg', blob: '1'.repeat(40) }]
    await assert.rejects(archive.commit({ runId: 'r', devices: 1, files }), { code: 'GIT_FAILED' })
    assert.equal(await archive.read('fra/a.cfg'), null)
  })

  it('leaves nothing of its own behind when it is closed', async () => {
    const repository = newRepository()
    {
      await using archive = await openGitArchive({ repository })
      await commit(archive, { 'fra/a.cfg': 'a\n' })
    }
    assert.deepEqual(await readdir(join(repository, 'netlatch')), [])
  })

  it('follows a symbolic link, and fills an empty folder', async () => {
    const [target, link] = [newRepository(), newRepository()]
    await mkdir(target)
    await symlink(target, link)
    await using archive = await openGitArchive({ repository: link })
    assert.equal(archive.repository, await realpath(target))
    await commit(archive, { 'fra/a.cfg': 'a\n' })
    assert.equal(git(target, 'show', 'main:fra/a.cfg'), 'a\n')
  })

  it('never takes the repository around it for its own', async () => {
    const outer = newRepository()
    git(folder(), 'init', '--quiet', outer)
    await mkdir(join(outer, 'backups'))
    await writeFile(join(outer, 'backups', 'note.txt'), 'x')
    await assert.rejects(openGitArchive({ repository: join(outer, 'backups') }), {
      code: 'GIT_FAILED',
      message: /backups: not usable as a git repository/,
    })
    await assert.rejects(openGitArchive({ repository: join(outer, 'backups', 'note.txt') }), { code: 'GIT_FAILED' })
  })

  it('says what is missing when there is no git, or an old one', async () => {
    const missing = openGitArchive({ repository: newRepository(), program: join(folder(), 'no-such-git') })
    await assert.rejects(missing, { code: 'GIT_FAILED', message: /no-such-git: not found\..*2\.36/ })
    const old = join(folder(), 'old-git')
    await writeFile(old, '#!/bin/sh\necho git version 2.25.1\n', { mode: 0o755 })
    await assert.rejects(openGitArchive({ repository: newRepository(), program: old }), {
      code: 'GIT_FAILED',
      message: 'git: found git version 2.25.1. Netlatch needs 2.36 or later.',
    })
  })

  it('takes away a lock that was left behind a minute ago, and waits for a fresh one', async () => {
    const repository = newRepository()
    await using archive = await openGitArchive({ repository })
    await commit(archive, { 'fra/a.cfg': 'a\n' })
    const lock = join(repository, 'refs/heads/main.lock')
    await writeFile(lock, '')
    const waiting = commit(archive, { 'fra/a.cfg': 'b\n' })
    await using second = await openGitArchive({ repository })
    assert.ok((await readdir(join(repository, 'refs/heads'))).includes('main.lock'))
    const past = new Date(Date.now() - 61_000)
    await utimes(lock, past, past)
    await waiting
    assert.equal((await second.read('fra/a.cfg'))?.text, 'b\n')
    const locks = [lock, join(repository, 'HEAD.lock'), join(repository, 'packed-refs.lock')]
    for (const left of locks) {
      await writeFile(left, '')
      await utimes(left, past, past)
    }
    await using third = await openGitArchive({ repository })
    for (const left of locks) await assert.rejects(stat(left), { code: 'ENOENT' })
    assert.equal((await third.history('fra/a.cfg')).length, 2)
  })

  it('packs a repository of its own, and reads it as before', async () => {
    const repository = newRepository()
    await using archive = await openGitArchive({ repository })
    await commit(archive, { 'fra/a.cfg': 'a\n' })
    await archive.maintain()
    assert.equal((await archive.read('fra/a.cfg'))?.text, 'a\n')
    assert.equal((await archive.history('fra/a.cfg')).length, 1)
    await archive.verify()
  })
})

async function commit(archive: Archive, files: Readonly<Record<string, string | null>>, at?: Date) {
  const entries = Object.entries(files)
  const stored = entries.map(async ([path, text]) => ({ path, blob: text === null ? null : await archive.store(text) }))
  return archive.commit({
    runId: 'run-1',
    devices: entries.length,
    files: await Promise.all(stored),
    ...(at && { at }),
  })
}

function git(repository: string, ...args: string[]): string {
  return execFileSync('git', ['-C', repository, ...args], { encoding: 'utf8' })
}
