import assert from 'node:assert/strict'
import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdir, utimes } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, describe, it } from 'mocha'
import { openGitArchive } from '../../../packages/core/src/backup/git-archive.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

const rounds = process.env.NETLATCH_LONG ? 60 : 2
const script = join(import.meta.dirname, '../../support/archive-writer.ts')

interface Acknowledged {
  readonly writer: string
  readonly run: string
  readonly commit: string
}

describe('three processes that back up into one archive', () => {
  const folder = temporaryFolder()
  let running: readonly ReturnType<typeof start>[] = []

  afterEach('end writers that a failed test left running', () => {
    for (const writer of running) writer.end()
  })

  it('lose nothing and mix nothing, however often they are killed', async function () {
    this.timeout(rounds * 20_000)
    const repository = join(folder(), 'backups.git')
    const acknowledged: Acknowledged[] = []
    for (let round = 0; round < rounds; round++) {
      const writers = ['one', 'two', 'three'].map((writer) => start(repository, writer, round * 1000))
      running = writers
      await Promise.all(writers.map((writer) => writer.acknowledgedAtLeast(4)))
      // One after the other, somewhere in their work, with whatever git each of them has running.
      for (const writer of writers) {
        await sleep(Math.random() * 60)
        await writer.kill()
      }
      acknowledged.push(...writers.flatMap((writer) => writer.acknowledged))
      for (const lock of ['refs/heads/main.lock', 'HEAD.lock', 'packed-refs.lock'])
        await passTime(join(repository, lock))
    }
    assert.deepEqual(inventoryOf(repository, acknowledged), [])
    await using archive = await openGitArchive({ repository })
    await archive.verify()
    const last = acknowledged.findLast(({ writer }) => writer === 'one')
    const { text = '' } = (await archive.read('site/one-a.cfg')) ?? {}
    assert.ok(Number(text.split(/\s/)[1]) >= Number(last?.run))
    assert.ok((await readdir(join(repository, 'netlatch'))).length <= rounds * 3 + 1)
  })
})

function start(repository: string, name: string, first: number) {
  // A process group of its own, so that its git dies with it, as in a container that is killed.
  const child = spawn(process.execPath, [script, repository, name, String(first)], {
    detached: true,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const closed = once(child, 'close')
  const acknowledged: Acknowledged[] = []
  const end = () => {
    if (child.pid !== undefined && child.exitCode === null && child.signalCode === null)
      process.kill(-child.pid, 'SIGKILL')
  }
  let rest = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    const lines = (rest + text).split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines) {
      const [writer = '', run = '', commit = ''] = line.split(' ')
      acknowledged.push({ writer, run, commit })
    }
  })
  return {
    acknowledged,
    async acknowledgedAtLeast(count: number) {
      while (acknowledged.length < count) await Promise.race([once(child.stdout, 'data'), closed.then(assertKilled)])
    },
    end,
    async kill() {
      assert.equal(child.exitCode, null, 'it ran until it was killed')
      end()
      await closed
    },
  }
}

function assertKilled(): never {
  assert.fail('it ran until it was killed')
}

/** Lets the lock that a killed git may have left grow old, so that the next writers take it away. */
async function passTime(lock: string): Promise<void> {
  const past = new Date(Date.now() - 2 * 60 * 1000)
  await utimes(lock, past, past).catch((error: NodeJS.ErrnoException) => assert.equal(error.code, 'ENOENT'))
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
