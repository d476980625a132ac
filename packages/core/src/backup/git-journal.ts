import { mkdir, open, readdir, readFile, rename, rm, stat, utimes } from 'node:fs/promises'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { redactionModes } from '../workspace/redaction-modes.ts'
import type { AbandonedRun, RunJournal } from './archive.ts'
import type { GitRepository } from './git-repository.ts'
import { parseStoredCapture } from './stored-capture.ts'

/** A journal that its process did not touch for so long is abandoned, where the process cannot be asked. */
const abandonedMs = 120_000
const heartbeatMs = 20_000

/**
 * A file in the repository, a line per capture, each on the disk before the next device's result counts. Its name says whose it
 * is: `<run>~<host>~<process>.ndjson`; renaming it takes it over.
 */
export async function startJournal(
  repository: GitRepository,
  run: Pick<AbandonedRun, 'runId' | 'devices' | 'redaction'>,
): Promise<RunJournal> {
  const folder = folderOf(repository)
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const path = join(folder, fileName(run.runId))
  const file = await open(path, 'ax', 0o600)
  await file.appendFile(`${JSON.stringify(run)}\n`)
  const heartbeat = keepYoung(path)
  let last: Promise<void> = Promise.resolve()
  let wanted = 0
  let written = 0
  /** Many captures end together: one sync is for all that were written before it. */
  const sync = async (number: number) => {
    if (written >= number) return
    const now = wanted
    await file.datasync()
    written = now
  }
  return {
    async add(capture) {
      await file.appendFile(`${JSON.stringify(capture)}\n`)
      wanted += 1
      const number = wanted
      last = last.then(() => sync(number))
      await last
    },
    async close() {
      clearInterval(heartbeat)
      await file.close()
      await rm(path, { force: true })
    },
    [Symbol.dispose]: () => clearInterval(heartbeat),
  }
}

/** Journals of runs that no longer live, this process's from now on. */
export async function takeOverJournals(repository: GitRepository): Promise<readonly AbandonedRun[]> {
  const folder = folderOf(repository)
  const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return []
    throw error
  })
  const taken: AbandonedRun[] = []
  for (const name of names.toSorted()) {
    const run = (await isAbandoned(folder, name)) ? await takeOver(folder, name) : undefined
    if (run) taken.push(run)
  }
  return taken
}

async function takeOver(folder: string, name: string): Promise<AbandonedRun | undefined> {
  const [run = ''] = name.split('~')
  const path = join(folder, fileName(decodeURIComponent(run)))
  try {
    await utimes(join(folder, name), new Date(), new Date())
    await rename(join(folder, name), path)
  } catch (error) {
    if (isMissing(error)) return undefined
    throw error
  }
  const heartbeat = keepYoung(path)
  const [head = '', ...lines] = (await readFile(path, 'utf8')).split('\n')
  const entries = lines.flatMap((line) => parseStoredCapture(line) ?? [])
  return {
    runId: decodeURIComponent(run),
    devices: Number(/"devices":(\d+)/.exec(head)?.[1] ?? entries.length),
    redaction: redactionModes.find((mode) => head.includes(`"redaction":"${mode}"`)) ?? 'fingerprint',
    captures: entries,
    async close() {
      clearInterval(heartbeat)
      await rm(path, { force: true })
    },
    [Symbol.dispose]: () => clearInterval(heartbeat),
  }
}

async function isAbandoned(folder: string, name: string): Promise<boolean> {
  const [, host, process] = /^[^~]+~([^~]+)~(\d+)\.ndjson$/.exec(name) ?? []
  if (host === undefined || process === undefined) return false
  if (host === thisHost() && !(await isRunning(Number(process)))) return true
  // On another host, in another container, or a process that has got the number of a dead one.
  const found = await stat(join(folder, name)).catch(() => undefined)
  return found !== undefined && found.mtimeMs < Date.now() - abandonedMs
}

async function isRunning(pid: number): Promise<boolean> {
  try {
    process.kill(pid, 0)
  } catch (error) {
    return !(error instanceof Error && 'code' in error && error.code === 'ESRCH')
  }
  // Killed, and not waited for by its parent, as in containers without an init: `<pid> (<name>) Z …`. Linux only.
  const stat = await readFile(`/proc/${pid}/stat`, 'latin1').catch(() => '')
  return !/^[ZX]/.test(stat.slice(stat.lastIndexOf(')') + 2))
}

function keepYoung(path: string): NodeJS.Timeout {
  const touch = () => void utimes(path, new Date(), new Date()).catch(() => undefined)
  return setInterval(touch, heartbeatMs).unref()
}

function fileName(runId: string): string {
  return `${encodeURIComponent(runId)}~${thisHost()}~${process.pid}.ndjson`
}

function thisHost(): string {
  return encodeURIComponent(hostname()).replaceAll('~', '%7e')
}

/** Beside the scratch folders, which are tidied by age. */
function folderOf({ gitDir }: GitRepository): string {
  return join(gitDir, 'netlatch-runs')
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT'
}
