import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import {
  diffSnapshots,
  type Netlatch,
  openNetlatch,
  showSnapshot,
  snapshotHistory,
} from '../../../packages/core/src/index.ts'
import type { BenchOptions } from '../bench-options.ts'
import { type Figure, median } from '../figures.ts'

const commits = 50_000
const devices = 500
const suite = 'archive: 50,000 commits, 500 devices, 100 changes of each'
const execute = promisify(execFile)
const firstSecond = 1_600_000_000

/** What an old archive costs, found through the state's index; beside it what git alone needs. */
export async function* archiveSuite({ runs }: BenchOptions): AsyncGenerator<Figure> {
  const folder = await mkdtemp(join(tmpdir(), 'netlatch-bench-'))
  try {
    await writeWorkspace(folder)
    await importCommits(join(folder, 'backups.git'))
    await using netlatch = await openNetlatch({ cwd: folder, workspace: folder, env: {}, program: 'cli' })
    await fillIndex(netlatch, join(folder, 'backups.git'))
    const git = await timed(runs, () =>
      execute('git', ['-C', join(folder, 'backups.git'), 'log', '-20', '--format=%H', '--', pathOf(7)]),
    )
    const name = nameOf(7)
    const history = await timed(runs, () => snapshotHistory(netlatch, name))
    const note = `git log walks for ${git.toFixed(0)} ms`
    yield { suite, name: 'history of a device', unit: 'ms', target: 20, value: history, note }
    const diff = await timed(runs, () => diffSnapshots(netlatch, name))
    yield { suite, name: 'difference of the last two', unit: 'ms', target: 60, value: diff }
    const at = new Date((firstSecond + commits / 2) * 1000).toISOString()
    const shown = await timed(runs, () => showSnapshot(netlatch, name, { at }))
    yield { suite, name: 'a configuration as it was halfway', unit: 'ms', target: 60, value: shown }
    const archive = await netlatch.archive()
    let run = 0
    const commit = await timed(runs, async () => {
      run += 1
      const blob = await archive.store(`hostname ${name}\nrun ${run}\n`)
      await archive.commit({ runId: `more-${run}`, devices: 1, files: [{ path: pathOf(7), blob }] })
    })
    yield { suite, name: 'one commit more', unit: 'ms', target: 300, value: commit }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

async function timed(runs: number, work: () => Promise<unknown>): Promise<number> {
  // The first time opens the state, the archive and git's own processes.
  await work()
  const times: number[] = []
  for (let run = 0; run < runs; run += 1) {
    const started = performance.now()
    await work()
    times.push(performance.now() - started)
  }
  return median(times)
}

const nameOf = (device: number) => `sw-${device}`
const pathOf = (device: number) => `_/${nameOf(device)}.cfg`

async function writeWorkspace(folder: string): Promise<void> {
  const lines = Array.from({ length: devices }, (_, device) => `  ${nameOf(device)}: { host: 127.0.0.1 }\n`)
  await writeFile(
    join(folder, 'inventory.yaml'),
    `version: 1\ndefaults: { platform: cisco_ios }\ndevices:\n${lines.join('')}`,
  )
}

/** One device changes in each commit, a second after the one before. */
async function importCommits(repository: string): Promise<void> {
  await mkdir(repository)
  await execute('git', ['init', '--quiet', '--bare', '--initial-branch=main', repository])
  const child = execFile('git', ['-C', repository, 'fast-import', '--quiet'], { maxBuffer: 1 << 20 })
  const ended = new Promise((resolve, reject) => child.once('close', resolve).once('error', reject))
  for (let commit = 0; commit < commits; commit += 1) {
    const device = commit % devices
    const text = `hostname ${nameOf(device)}\nversion ${commit}\n${'interface Ethernet\n shutdown\n'.repeat(20)}`
    const message = `Back up 1 device\n\nNetlatch-Run: run-${commit}\n`
    const lines =
      `commit refs/heads/main\ncommitter Netlatch <netlatch@localhost> ${firstSecond + commit} +0000\n` +
      `data ${Buffer.byteLength(message)}\n${message}M 100644 inline ${pathOf(device)}\ndata ${Buffer.byteLength(text)}\n${text}\n`
    if (!child.stdin?.write(lines)) await new Promise((resolve) => child.stdin?.once('drain', resolve))
  }
  child.stdin?.end()
  await ended
}

/** As the runs of those commits would have left it. */
async function fillIndex(netlatch: Netlatch, repository: string): Promise<void> {
  const format = ['log', '--reverse', '--raw', '--no-abbrev', '--root', '--format=%H']
  const { stdout } = await execute('git', ['-C', repository, ...format], { maxBuffer: 1 << 28 })
  const found = stdout.matchAll(/^([0-9a-f]{40})\n\n:\d+ \d+ [0-9a-f]+ ([0-9a-f]+) \w\t_\/(\S+)\.cfg$/gm)
  const state = await netlatch.state()
  let commit = 0
  let writing: Promise<unknown>[] = []
  for (const [, id = '', blob = '', device = ''] of found) {
    const at = new Date((firstSecond + commit) * 1000)
    const path = `_/${device}.cfg`
    const record = { device, configuration: 'running', capturedAt: at, seenAt: at, bytes: 640, sections: 3 } as const
    writing.push(state.saveSnapshot({ ...record, runId: `run-${commit}`, sha256: blob, path, commit: id, blob }))
    commit += 1
    if (writing.length < 500) continue
    await Promise.all(writing)
    writing = []
  }
  await Promise.all(writing)
  if (commit !== commits) throw new Error(`${commit} commits were read`)
}
