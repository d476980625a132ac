import assert from 'node:assert/strict'
import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, it } from 'mocha'
import { openGitArchive } from '../../../packages/core/src/backup/git-archive.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

const rounds = process.env.NETLATCH_LONG ? 60 : 3
const script = join(import.meta.dirname, '../../support/archive-writer.ts')

interface Acknowledged {
  readonly writer: string
  readonly run: string
  readonly commit: string
}

describe('three processes that back up into one archive', () => {
  const folder = temporaryFolder()

  it('lose nothing and mix nothing, however often they are killed', async function () {
    this.timeout(rounds * 20_000)
    const repository = join(folder(), 'backups.git')
    const acknowledged: Acknowledged[] = []
    for (let round = 0; round < rounds; round++) {
      const writers = ['one', 'two', 'three'].map((writer) => start(repository, writer, round * 1000, acknowledged))
      await sleep(900 + Math.random() * 300)
      // One after the other, with whatever git each of them has running; the last ones alone a little longer.
      for (const writer of writers) {
        await kill(writer)
        await sleep(Math.random() * 100)
      }
      await removeLocks(repository)
    }
    const counts = Map.groupBy(acknowledged, ({ writer }) => writer)
    assert.equal(counts.size, 3, 'every process has committed')
    assert.deepEqual(inventoryOf(repository, acknowledged), [])
    await using archive = await openGitArchive({ repository })
    await archive.verify()
    const last = acknowledged.findLast(({ writer }) => writer === 'one')
    const { text = '' } = (await archive.read('site/one-a.cfg')) ?? {}
    assert.ok(Number(text.split(/\s/)[1]) >= Number(last?.run))
    assert.ok((await readdir(join(repository, 'netlatch'))).length <= rounds * 3 + 1)
  })
})

function start(repository: string, writer: string, first: number, acknowledged: Acknowledged[]): ChildProcess {
  // A process group of its own, so that its git dies with it, as in a container that is killed.
  const child = spawn(process.execPath, [script, repository, writer, String(first)], {
    detached: true,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let rest = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    const lines = (rest + text).split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines) {
      const [name = '', run = '', commit = ''] = line.split(' ')
      acknowledged.push({ writer: name, run, commit })
    }
  })
  return child
}

async function kill(child: ChildProcess): Promise<void> {
  assert.equal(child.exitCode, null, 'it ran until it was killed')
  const closed = once(child, 'close')
  process.kill(-(child.pid ?? 0), 'SIGKILL')
  await closed
}

/** What a git that was killed leaves; openGitArchive does it after ten minutes. */
async function removeLocks(repository: string): Promise<void> {
  await rm(join(repository, 'refs/heads/main.lock'), { force: true })
}

/** Acknowledged commits that are not on the branch, and commits that hold anything but their own run. */
function inventoryOf(repository: string, acknowledged: readonly Acknowledged[]): string[] {
  const onBranch = new Map(
    git(repository, 'log', '--format=%H %(trailers:key=Netlatch-Run,valueonly,separator=%x2c)', 'main')
      .trim()
      .split('\n')
      .map((line) => line.split(' ') as [string, string]),
  )
  const lost = acknowledged
    .filter(({ writer, run, commit }) => onBranch.get(commit) !== `${writer}-${run}`)
    .map(({ writer, run, commit }) => `lost: ${writer} ${run} ${commit}`)
  const sampled = [...onBranch].filter((_, index) => index % Math.ceil(onBranch.size / 60) === 0)
  const mixed = sampled.filter(([commit, runId]) => {
    const [writer, run] = runId.split('-')
    const paths = git(repository, 'diff-tree', '--root', '--no-commit-id', '-r', '--name-only', commit)
      .trim()
      .split('\n')
    const own = [`site/${writer}-a.cfg`, `site/${writer}-b.cfg`, 'site/shared.cfg']
    const texts = own.map((path) => git(repository, 'show', `${commit}:${path}`))
    return !paths.every((path) => own.includes(path)) || !texts.every((text) => text.startsWith(`${writer} ${run}\n`))
  })
  return [...lost, ...mixed.map(([commit]) => `mixed: ${commit}`)]
}

function git(repository: string, ...args: string[]): string {
  return execFileSync('git', ['-C', repository, ...args], { encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 })
}
