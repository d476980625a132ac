import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { chmod, mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, it } from 'mocha'
import type { Archive } from '../../../packages/core/src/backup/archive.ts'
import { openGitArchive } from '../../../packages/core/src/backup/git-archive.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

describe("an archive in a user's repository", () => {
  const folder = temporaryFolder()
  let count = 0

  it('leaves work tree, index, hooks, configuration and commits as they are', async () => {
    const { path, canary } = await userRepository()
    const before = await footprint(path)
    await using archive = await openGitArchive({ repository: path, branch: 'backups' })
    await backUp(archive, 'hostname a\n')
    await backUp(archive, 'hostname b\n')
    await archive.maintain()
    assert.equal(git(path, 'show', 'backups:fra/a.cfg'), 'hostname b\n')
    assert.deepEqual(await footprint(path), before)
    assert.equal(await readFile(canary, 'utf8').catch(() => 'no hook ran'), 'no hook ran')
    await archive.verify()
  })

  it('runs no hook, also not those that would refuse every commit, reference and push', async () => {
    const { path } = await userRepository()
    const hooks = ['pre-commit', 'commit-msg', 'reference-transaction', 'pre-push', 'post-rewrite', 'pre-auto-gc']
    await mkdir(join(path, 'refusing'))
    for (const hook of hooks) {
      await writeFile(join(path, 'refusing', hook), '#!/bin/sh\necho not here >&2\nexit 1\n')
      await chmod(join(path, 'refusing', hook), 0o755)
    }
    git(path, 'config', 'core.hooksPath', join(path, 'refusing'))
    git(path, 'config', 'commit.gpgSign', 'true')
    const remote = join(folder(), `remote-${count++}.git`)
    git(folder(), 'init', '--quiet', '--bare', remote)
    await using archive = await openGitArchive({ repository: path, branch: 'backups' })
    await backUp(archive, 'hostname a\n')
    await archive.hold([{ device: 'a', configuration: 'running', text: 'half\n' }])
    await archive.push(remote)
    assert.equal(git(remote, 'show', 'backups:fra/a.cfg'), 'hostname a\n')
    assert.throws(() => execFileSync('git', ['-C', path, 'update-ref', 'refs/heads/x', 'main'], { stdio: 'pipe' }))
  })

  it('works beside a detached HEAD and beside a branch with local changes, and touches neither', async () => {
    const { path } = await userRepository()
    git(path, 'checkout', '--quiet', '-b', 'feature')
    await writeFile(join(path, 'untracked'), 'not mine to touch\n')
    for (const words of [
      ['checkout', '--quiet', 'feature'],
      ['checkout', '--quiet', '--detach'],
    ]) {
      git(path, ...words)
      const before = [await footprint(path), git(path, '--no-optional-locks', 'status', '--porcelain')]
      await using archive = await openGitArchive({ repository: path, branch: 'backups' })
      await backUp(archive, `hostname ${words.length}\n`)
      assert.deepEqual([await footprint(path), git(path, '--no-optional-locks', 'status', '--porcelain')], before)
      assert.equal(await readFile(join(path, 'untracked'), 'utf8'), 'not mine to touch\n')
      assert.equal(git(path, 'show', 'backups:fra/a.cfg'), `hostname ${words.length}\n`)
    }
    // HEAD names no branch now: the branch that it left may be written to.
    await using archive = await openGitArchive({ repository: path, branch: 'feature' })
    await backUp(archive, 'hostname c\n')
    assert.equal(git(path, 'ls-tree', '-r', '--name-only', 'feature'), 'README\nfra/a.cfg\n')
  })

  it('notes what a run has stored beside its own things, and leaves nothing of that behind', async () => {
    const { path } = await userRepository()
    const before = await footprint(path)
    await using archive = await openGitArchive({ repository: path, branch: 'backups' })
    using journal = await archive.startJournal({ runId: 'run-1', devices: 1, redaction: 'fingerprint' })
    assert.deepEqual(await archive.abandonedRuns(), [])
    await journal.close()
    assert.deepEqual(await footprint(path), before)
    assert.deepEqual(await readdir(join(path, '.git/netlatch-runs')), [])
  })

  it("commits on top of the user's own commits and keeps their files", async () => {
    const { path } = await userRepository()
    git(path, 'branch', 'backups')
    await using archive = await openGitArchive({ repository: path, branch: 'backups' })
    await backUp(archive, 'hostname a\n')
    assert.equal(git(path, 'ls-tree', '-r', '--name-only', 'backups'), 'README\nfra/a.cfg\n')
    assert.equal(git(path, 'rev-parse', 'backups~1'), git(path, 'rev-parse', 'main'))
  })

  it('refuses a branch that is checked out, at the start and later', async () => {
    const { path } = await userRepository()
    await assert.rejects(openGitArchive({ repository: path }), {
      code: 'GIT_FAILED',
      message: /^backups: branch main is checked out in /,
    })
    await using archive = await openGitArchive({ repository: path, branch: 'backups' })
    await backUp(archive, 'hostname a\n')
    const head = git(path, 'rev-parse', 'backups')
    git(path, 'worktree', 'add', '--quiet', join(folder(), `worktree-${count++}`), 'backups')
    await assert.rejects(backUp(archive, 'hostname b\n'), { code: 'GIT_FAILED' })
    assert.equal(git(path, 'rev-parse', 'backups'), head)
  })

  it('stores the bytes it was given, whatever filters the repository has', async () => {
    const { path } = await userRepository()
    git(path, 'config', 'core.autocrlf', 'true')
    git(path, 'config', 'filter.shout.clean', 'tr a-z A-Z')
    await writeFile(join(path, '.git/info/attributes'), '*.cfg filter=shout text ident diff=word -diff\n')
    git(path, 'config', 'diff.word.textconv', 'false')
    git(path, 'config', 'diff.external', 'false')
    git(path, 'config', 'diff.noprefix', 'true')
    await using archive = await openGitArchive({ repository: path, branch: 'backups' })
    const text = 'hostname a\r\n$Id$\n'
    await backUp(archive, text)
    const read = await archive.read('fra/a.cfg')
    assert.equal(read?.text, text)
    assert.equal((await archive.diff(null, read?.blob ?? null)).linesAdded, 2)
  })

  it('is not led astray by variables of the caller', async () => {
    const { path } = await userRepository()
    const other = (await userRepository()).path
    const kept = { ...process.env }
    Object.assign(process.env, {
      GIT_DIR: join(other, '.git'),
      GIT_INDEX_FILE: join(other, '.git/index'),
      GIT_OBJECT_DIRECTORY: join(other, '.git/objects'),
      GIT_NAMESPACE: 'elsewhere',
      GIT_CONFIG_COUNT: '1',
      GIT_CONFIG_KEY_0: 'core.bare',
      GIT_CONFIG_VALUE_0: 'nonsense',
    })
    try {
      await using archive = await openGitArchive({ repository: path, branch: 'backups' })
      await backUp(archive, 'hostname a\n')
    } finally {
      for (const name of Object.keys(process.env)) if (!(name in kept)) delete process.env[name]
    }
    assert.equal(git(path, 'show', 'backups:fra/a.cfg'), 'hostname a\n')
    assert.equal(git(other, 'branch', '--list', 'backups'), '')
  })

  /** With a commit, a dirty work tree, a staged file, and hooks that would leave a trace. */
  async function userRepository() {
    const path = join(folder(), `user-${count++}`)
    const canary = `${path}-hook-ran`
    git(folder(), 'init', '--quiet', '--initial-branch=main', path)
    git(path, 'config', 'user.name', 'Jo Doe')
    git(path, 'config', 'user.email', 'jo@example.net')
    await writeFile(join(path, 'README'), 'mine\n')
    git(path, 'add', 'README')
    git(path, 'commit', '--quiet', '-m', 'My own commit')
    await writeFile(join(path, 'README'), 'changed\n')
    await writeFile(join(path, 'staged'), 'staged\n')
    git(path, 'add', 'staged')
    await writeFile(join(path, 'staged'), 'and changed again\n')
    await mkdir(join(path, '.git/hooks'), { recursive: true })
    for (const hook of ['pre-commit', 'post-commit', 'reference-transaction', 'post-index-change', 'post-checkout']) {
      await writeFile(join(path, '.git/hooks', hook), `#!/bin/sh\necho ${hook} >> '${canary}'\n`)
      await chmod(join(path, '.git/hooks', hook), 0o755)
    }
    return { path, canary }
  }
})

async function backUp(archive: Archive, text: string): Promise<void> {
  const blob = await archive.store(text)
  await archive.commit({ runId: 'run-1', devices: 1, files: [{ path: 'fra/a.cfg', blob }] })
}

async function footprint(path: string) {
  const index = join(path, '.git/index')
  return {
    index: (await readFile(index)).toString('base64'),
    indexTime: (await stat(index)).mtimeMs,
    config: await readFile(join(path, '.git/config'), 'utf8'),
    head: await readFile(join(path, '.git/HEAD'), 'utf8'),
    main: git(path, '--no-optional-locks', 'rev-parse', 'main'),
    readme: await readFile(join(path, 'README'), 'utf8'),
    staged: await readFile(join(path, 'staged'), 'utf8'),
  }
}

function git(path: string, ...args: string[]): string {
  return execFileSync('git', ['-C', path, '-c', 'core.hooksPath=/dev/null', ...args], { encoding: 'utf8' })
}
