import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { before, describe, it } from 'mocha'
import { openGitRevisions } from '../../../packages/core/src/backup/git-revisions.ts'
import { isMissingFile } from '../../../packages/core/src/workspace/file-reader.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

describe('git revisions', () => {
  const folder = temporaryFolder()
  const at = (...names: string[]) => join(folder(), ...names)
  const identity = ['-c', 'user.name=Alice', '-c', 'user.email=alice@example.net']
  const git = (...args: string[]) =>
    execFileSync('git', [...identity, ...args], { cwd: at('top'), encoding: 'utf8', stdio: 'pipe' }).trim()
  const commit = (message: string) => {
    git('add', '--all')
    git('commit', '--quiet', '--message', message)
    return git('rev-parse', 'HEAD')
  }

  before(() => {
    mkdirSync(at('top', 'net', 'more'), { recursive: true })
    mkdirSync(at('top', 'shared'))
    git('init', '--quiet', '--initial-branch=main')
    writeFileSync(at('top', 'net', 'inventory.yaml'), 'first\n')
    writeFileSync(at('top', 'net', 'more', 'ä ö.yaml'), 'umlauts\n')
    writeFileSync(at('top', 'net', 'more', 'b.yaml'), 'b\n')
    writeFileSync(at('top', 'net', 'more', '.hidden.yaml'), 'hidden\n')
    writeFileSync(at('top', 'shared', 'all.yaml'), 'shared\n')
    symlinkSync('../shared/all.yaml', at('top', 'net', 'link.yaml'))
    symlinkSync('loop.yaml', at('top', 'net', 'loop.yaml'))
    commit('First')
    rmSync(at('top', 'net', 'more', 'b.yaml'))
    writeFileSync(at('top', 'net', 'inventory.yaml'), 'second\n')
    commit('Second')
    writeFileSync(at('top', 'net', 'inventory.yaml'), 'not committed\n')
    writeFileSync(at('outside.yaml'), 'outside\n')
  })

  const revisions = () => openGitRevisions(at('top', 'net'))

  it('read files as they were, from a folder below the top, links and patterns included', async () => {
    await using first = await revisions().at('HEAD~1')
    const { files } = first
    assert.equal(first.commit, git('rev-parse', 'HEAD~1'))
    assert.equal(await files.readText(at('top', 'net', 'inventory.yaml')), 'first\n')
    assert.equal(await files.readText(at('top', 'net', 'link.yaml')), 'shared\n')
    assert.equal(await files.readText(at('top', 'shared', 'all.yaml')), 'shared\n')
    assert.deepEqual(await files.glob(at('top', 'net', 'more', '*.yaml')), [
      at('top', 'net', 'more', 'b.yaml'),
      at('top', 'net', 'more', 'ä ö.yaml'),
    ])
    assert.equal(await files.readText(at('top', 'net', 'more', 'ä ö.yaml')), 'umlauts\n')
    assert.equal(await files.readText(at('outside.yaml')), 'outside\n')
    await using second = await revisions().at('HEAD')
    for (const name of ['more/b.yaml', 'loop.yaml', 'nothing.yaml', 'more'])
      await assert.rejects(second.files.readText(at('top', 'net', name)), isMissingFile)
  })

  it('take nothing for a revision but a commit', async () => {
    for (const revision of ['nowhere', '--all', '-h', 'HEAD:net', 'HEAD^{tree}', '', '@{-3}'])
      await assert.rejects(revisions().at(revision), { code: 'NOT_FOUND' }, revision)
  })

  it('give the versions of a file, the latest first', async () => {
    const versions = await Array.fromAsync(revisions().versionsOf(at('top', 'net', 'inventory.yaml')))
    assert.deepEqual(
      versions.map(({ text }) => text),
      ['second\n', 'first\n'],
    )
    assert.deepEqual(await Array.fromAsync(revisions().versionsOf(at('top', 'net', 'never.yaml'))), [])
    const outside = Array.fromAsync(revisions().versionsOf(at('outside.yaml')))
    await assert.rejects(outside, { code: 'GIT_FAILED', message: /is outside the git repository/ })
  })

  it('give the three sides of a conflict, and nothing without one', async () => {
    const path = at('top', 'net', 'inventory.yaml')
    assert.equal(await revisions().conflictOf(path), undefined)
    git('checkout', '--quiet', '-b', 'side')
    writeFileSync(path, 'theirs\n')
    commit('Theirs')
    git('checkout', '--quiet', 'main')
    writeFileSync(path, 'ours\n')
    commit('Ours')
    assert.throws(() => git('merge', 'side'))
    assert.deepEqual(await revisions().conflictOf(path), { base: 'second\n', ours: 'ours\n', theirs: 'theirs\n' })
    assert.equal(await revisions().mergeBase('main', 'side'), git('merge-base', 'main', 'side'))
  })

  it('say so where there is no repository', async () => {
    await assert.rejects(openGitRevisions(folder()).at('HEAD'), { code: 'GIT_FAILED', message: /no git repository/ })
  })
})
