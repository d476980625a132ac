import assert from 'node:assert/strict'
import { execFile, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { readdir, readFile, rename, utimes } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import { describe, it } from 'mocha'
import { snapshotHistory } from '../../../packages/core/src/operations/diff-snapshots.ts'
import type { ProgressEvent } from '../../../packages/core/src/progress.ts'
import { backup, byCode } from '../../support/bench-runs.ts'
import { checkoutBin } from '../../support/command-line.ts'
import { type FleetBench, openBench } from '../../support/fleet-bench.ts'

const execute = promisify(execFile)
const password = randomBytes(9).toString('base64url')
const devices = process.env.NETLATCH_LONG ? 200 : 16
const concurrency = 4
const rounds = process.env.NETLATCH_LONG ? 10 : 1

function openFleet(): Promise<FleetBench> {
  return openBench({
    fleet: {
      devices: Array.from({ length: devices }, (_, index) => ({
        name: `sw-${index}`,
        platform: 'cisco_ios' as const,
        accounts: [{ username: 'netops', password, privileged: true }],
        latencyMs: 50,
        inventory: { realm: 'lab' },
      })),
      sharedHostKey: true,
    },
    credentials: { core: { username: 'netops', password, match: 'all', realm: 'lab' } },
    netlatch: {
      realms: { lab: { kind: 'device', lockout_threshold: 'none' } },
      limits: { concurrency, connects_per_second: 10_000 },
      backups: { startup: false },
    },
  })
}

async function git(bench: FleetBench, ...words: string[]): Promise<string> {
  const { stdout } = await execute('git', ['-C', join(bench.folder, 'backups.git'), ...words])
  return stdout.trim()
}

const journals = (bench: FleetBench) =>
  readdir(join(bench.folder, 'backups.git', 'netlatch-runs')).catch((): string[] => [])

/** How many captures the runs that go on have noted. */
async function noted(bench: FleetBench): Promise<number> {
  const names = await journals(bench)
  const texts = await Promise.all(
    names.map((name) => readFile(join(bench.folder, 'backups.git', 'netlatch-runs', name), 'utf8').catch(() => '')),
  )
  return texts.reduce((sum, text) => sum + Math.max(0, text.split('\n').length - 2), 0)
}

/** The real command line in a process group of its own, killed with the git of its own once so many captures are noted. */
async function killAfter(bench: FleetBench, captures: number): Promise<string> {
  const child = spawn(process.execPath, [checkoutBin, 'backup', '--json'], {
    cwd: bench.folder,
    env: { PATH: process.env.PATH, HOME: bench.folder, LANG: 'C.UTF-8', ...bench.env },
    detached: true,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let said = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    said += text
  })
  const closed = once(child, 'close')
  while ((await noted(bench)) < captures && child.exitCode === null) await sleep(5)
  assert.equal(child.exitCode, null, 'it ran until it was killed')
  if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL')
  await closed
  return said
}

describe('a backup run that is killed', function () {
  this.timeout(rounds * 60_000)

  it('is finished by the next one: what it had saved is a commit of its own, and recorded', async () => {
    for (let round = 0; round < rounds; round++) {
      await using bench = await openFleet()
      const half = 5 + Math.floor(Math.random() * (devices / 2))
      assert.equal(await killAfter(bench, half), '', 'nothing is acknowledged before it is committed')
      const commits = await git(bench, 'rev-list', '--all', '--count')
      assert.equal(Number(commits), 0, 'nothing is on the branch yet')
      const [killed = ''] = await journals(bench)
      const runId = killed.split('~')[0]
      // Logins that were in flight count as failed for a while.
      await bench.pass(3_600_000)
      const events: ProgressEvent[] = []
      const results = await backup(bench, 'all', { onProgress: (event) => events.push(event) })
      const recovered = events.find((event) => event.type === 'recovered')
      assert.ok(recovered?.type === 'recovered' && recovered.captures >= half, JSON.stringify(recovered))
      assert.equal(recovered.runId, runId)
      const log = await git(bench, 'log', '--reverse', '--format=%H %(trailers:key=Netlatch-Run,valueonly)', 'main')
      const [first, ...later] = log.split('\n').filter(Boolean)
      assert.equal(first, `${recovered.commit} ${runId}`)
      // Where the kill came late, nothing is left for the second run.
      assert.equal(later.length, (byCode(results).FIRST ?? 0) > 0 ? 1 : 0)
      assert.ok(!later.some((commit) => commit.endsWith(` ${runId}`)))
      assert.match(await git(bench, 'show', '-s', '--format=%s', recovered.commit ?? ''), /of a run that was killed$/)
      const changed = await git(
        bench,
        'diff-tree',
        '--root',
        '--no-commit-id',
        '-r',
        '--name-only',
        recovered.commit ?? '',
      )
      assert.equal(changed.split('\n').length, recovered.captures)
      // Those of the killed run are there: the second run finds them unchanged.
      assert.equal(byCode(results).UNCHANGED, recovered.captures)
      assert.equal(results.length, devices)
      assert.deepEqual(await journals(bench), [])
      const name = changed.split('\n')[0]?.slice(2, -4) ?? ''
      const [record] = await bench.use((netlatch) => snapshotHistory(netlatch, name))
      assert.deepEqual([record?.runId, record?.commit], [runId, recovered.commit])
      assert.equal(await git(bench, 'fsck', '--no-dangling', '--strict'), '')
    }
  })

  it('is left alone while it lives, and its captures give way to newer ones', async () => {
    await using bench = await openFleet()
    await killAfter(bench, 5)
    const [killed = ''] = await journals(bench)
    const folder = join(bench.folder, 'backups.git', 'netlatch-runs')
    // As of a process that lives: this one, which looks after its journals.
    const alive = killed.replace(/~\d+\.ndjson$/, `~${process.pid}.ndjson`)
    await rename(join(folder, killed), join(folder, alive))
    const events: ProgressEvent[] = []
    const onProgress = (event: ProgressEvent) => events.push(event)
    await bench.pass(3_600_000)
    const { FIRST: saved = 0, AUTH_REJECTED: inFlight = 0 } = byCode(await backup(bench, 'all', { onProgress }))
    // A login that the kill cut off counts as failed: that password is not sent there again.
    assert.deepEqual([saved + inFlight, inFlight <= concurrency], [devices, true])
    assert.deepEqual(await journals(bench), [alive])
    const head = await git(bench, 'rev-parse', 'main')
    // Nobody touched it for minutes: the process has only the same number.
    const past = new Date(Date.now() - 10 * 60_000)
    await utimes(join(folder, alive), past, past)
    await bench.pass(3_600_000)
    await backup(bench, 'sw-0', { onProgress })
    assert.deepEqual(await journals(bench), [])
    assert.deepEqual(
      events.filter(({ type }) => type === 'recovered'),
      [],
    )
    assert.equal(await git(bench, 'rev-parse', 'main'), head)
  })
})
