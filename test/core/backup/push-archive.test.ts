import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { chmod, mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, it } from 'mocha'
import type { Archive } from '../../../packages/core/src/backup/archive.ts'
import { openGitArchive } from '../../../packages/core/src/backup/git-archive.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

describe('pushing the archive', () => {
  const folder = temporaryFolder()
  let count = 0
  const open = () => openGitArchive({ repository: join(folder(), `local-${count++}.git`) })
  const newRemote = () => {
    const path = join(folder(), `remote-${count++}.git`)
    git(folder(), 'init', '--quiet', '--bare', '--initial-branch=main', path)
    return path
  }

  it('publishes the branch', async () => {
    await using archive = await open()
    const remote = newRemote()
    await assert.rejects(archive.push(remote), { code: 'NOT_FOUND' })
    const commit = await backUp(archive, { 'fra/a.cfg': 'a\n' })
    assert.deepEqual(await archive.push(remote), { commit, replayed: 0 })
    assert.deepEqual(await archive.push(remote), { commit, replayed: 0 })
    assert.equal(git(remote, 'rev-parse', 'main'), `${commit}\n`)
  })

  it("makes its commits again on top of another archive's, and keeps the old ones readable", async () => {
    const remote = newRemote()
    await using here = await open()
    await using there = await open()
    await backUp(there, { 'muc/b.cfg': 'b\n', 'fra/a.cfg': 'old\n' }, 'run-there')
    await there.push(remote)
    const first = await backUp(here, { 'fra/a.cfg': 'a1\n' }, 'run-1', new Date('2026-05-01T00:00:00Z'))
    await backUp(here, { 'fra/a.cfg': 'a2\n' }, 'run-2')
    const pushed = await here.push(remote)
    assert.equal(pushed.replayed, 2)
    assert.equal(git(remote, 'rev-parse', 'main'), `${pushed.commit}\n`)
    assert.equal(
      git(remote, 'log', '--format=%(trailers:key=Netlatch-Run,valueonly,separator=)', 'main'),
      'run-2\nrun-1\nrun-there\n',
    )
    assert.equal(git(remote, 'show', 'main:fra/a.cfg'), 'a2\n')
    assert.equal(git(remote, 'show', 'main:muc/b.cfg'), 'b\n')
    assert.equal((await here.read('muc/b.cfg'))?.text, 'b\n')
    assert.deepEqual((await here.history('fra/a.cfg'))[1]?.at, new Date('2026-05-01T00:00:00Z'))
    git(here.repository, 'gc', '--quiet', '--prune=now')
    assert.equal((await here.read('fra/a.cfg', first))?.text, 'a1\n')
    await here.verify()
    assert.deepEqual(await there.push(remote), { commit: pushed.commit, replayed: 0 })
    assert.equal((await there.read('fra/a.cfg'))?.text, 'a2\n')
  })

  it('loses nothing when two archives publish at once, again and again', async () => {
    const remote = newRemote()
    await using here = await open()
    await using there = await open()
    const rounds = process.env.NETLATCH_LONG ? 30 : 2
    for (let round = 0; round < rounds; round++) {
      await Promise.all([
        backUp(here, { 'fra/a.cfg': `a${round}\n`, 'both.cfg': `here ${round}\n` }, `here-${round}`),
        backUp(there, { 'muc/b.cfg': `b${round}\n`, 'both.cfg': `there ${round}\n` }, `there-${round}`),
      ])
      await Promise.all([here.push(remote), there.push(remote)])
    }
    await Promise.all([here.push(remote), there.push(remote)])
    const runs = git(remote, 'log', '--format=%(trailers:key=Netlatch-Run,valueonly,separator=)', 'main')
      .trim()
      .split('\n')
    const expected = Array.from({ length: rounds }, (_, round) => [`here-${round}`, `there-${round}`]).flat()
    assert.deepEqual(runs.toSorted(), expected.toSorted())
    assert.equal(git(remote, 'show', 'main:fra/a.cfg'), `a${rounds - 1}\n`)
    assert.equal(git(remote, 'show', 'main:muc/b.cfg'), `b${rounds - 1}\n`)
    assert.equal(git(remote, 'rev-list', '--merges', '--count', 'main'), '0\n')
    for (const path of [remote, here.repository, there.repository]) git(path, 'fsck', '--no-dangling', '--strict')
  })

  it('never takes a commit away from the remote, and stops when a person made one here', async () => {
    const remote = newRemote()
    await using here = await open()
    await using there = await open()
    await backUp(there, { 'muc/b.cfg': 'b\n' })
    await there.push(remote)
    const head = git(remote, 'rev-parse', 'main')
    await backUp(here, { 'fra/a.cfg': 'a\n' })
    const tree = git(here.repository, 'rev-parse', 'main^{tree}').trim()
    const own = git(
      here.repository,
      '-c',
      'user.name=Jo',
      '-c',
      'user.email=jo@example.net',
      'commit-tree',
      '-p',
      'main',
      '-m',
      'x',
      tree,
    )
    git(here.repository, 'update-ref', 'refs/heads/main', own.trim())
    await assert.rejects(here.push(remote), { code: 'GIT_FAILED', message: /which is not of Netlatch/ })
    assert.equal(git(remote, 'rev-parse', 'main'), head)
    assert.equal(git(here.repository, 'rev-parse', 'main'), own)
  })

  it('says what the remote said when it refuses, and runs no hook of this side', async () => {
    const remote = newRemote()
    await mkdir(join(remote, 'hooks'), { recursive: true })
    await writeFile(join(remote, 'hooks/pre-receive'), '#!/bin/sh\necho no backups today >&2\nexit 1\n')
    await chmod(join(remote, 'hooks/pre-receive'), 0o755)
    await using archive = await open()
    await backUp(archive, { 'fra/a.cfg': 'a\n' })
    await assert.rejects(archive.push(remote), { code: 'GIT_FAILED', message: /^git push: .*no backups today/ })
    await assert.rejects(archive.push(join(folder(), 'nowhere.git')), { code: 'GIT_FAILED' })
  })

  it('refuses remotes that are options, programs or hold a password', async () => {
    await using archive = await open()
    await backUp(archive, { 'fra/a.cfg': 'a\n' })
    const trace = join(folder(), 'trace')
    for (const remote of ['--receive-pack=touch x', '', 'https://jo:secret@git.example.net/x.git']) {
      await assert.rejects(archive.push(remote), { code: 'USAGE' })
    }
    git(archive.repository, 'config', 'protocol.ext.allow', 'always')
    await assert.rejects(archive.push(`ext::sh -c touch% ${trace}`), { code: 'GIT_FAILED', message: /not allowed/ })
    assert.throws(() => execFileSync('ls', [trace], { stdio: 'ignore' }))
  })
})

async function backUp(archive: Archive, files: Readonly<Record<string, string>>, runId = 'run', at = new Date()) {
  const stored = []
  for (const [path, text] of Object.entries(files)) stored.push({ path, blob: await archive.store(text) })
  return (await archive.commit({ runId, devices: stored.length, files: stored, at }))?.commit
}

function git(path: string, ...args: string[]): string {
  return execFileSync('git', ['-C', path, ...args], { encoding: 'utf8' })
}
