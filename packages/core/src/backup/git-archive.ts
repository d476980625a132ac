import { NetlatchError } from '../errors.ts'
import { type RedactionMode, redactionModes } from '../workspace/redaction-modes.ts'
import type { Archive, ArchivedText, ArchiveEntry, Configuration } from './archive.ts'
import { escapeName } from './archive-path.ts'
import { branchHead, commitFiles, isObjectId, redactionTrailer, runTrailer } from './git-commit.ts'
import { diffBlobs, diffWithNothing } from './git-diff.ts'
import { startJournal, takeOverJournals } from './git-journal.ts'
import { type GitObjects, openGitObjects } from './git-objects.ts'
import { gitFailed } from './git-process.ts'
import { checkNotCheckedOut, type GitRepository, openRepository } from './git-repository.ts'
import { pushArchive } from './push-archive.ts'
import { searchArchive } from './search-archive.ts'

export interface GitArchiveOptions {
  /** A folder: a bare repository is made when nothing is there. */
  readonly repository: string
  /** In a user's own repository: a branch that is not checked out. @default 'main' */
  readonly branch?: string
  /** The git to run. @default 'git', found on the PATH */
  readonly program?: string
}

/**
 * An {@link Archive} in a git repository that plain git reads: `git -C backups.git log -p -- fra/fra-core-1.cfg`.
 *
 * @throws GIT_FAILED when git is missing or older than 2.36, when the path is no repository, or the branch is checked out.
 */
export async function openGitArchive({ repository, branch = 'main', program }: GitArchiveOptions): Promise<Archive> {
  const opened = await openRepository(repository, branch, program)
  await checkNotCheckedOut(opened)
  const objects = openGitObjects(opened.git, opened.scratch)
  const readBlob = async (blob: string) => {
    const found = isObjectId(blob) ? await objects.read(blob) : null
    if (!found) throw new NetlatchError('NOT_FOUND', `${opened.path}: no blob ${blob}.`)
    return found.text
  }
  return {
    repository: opened.path,
    branch,
    store: (text) => objects.write(text),
    commit: (run) => commitFiles(opened, run),
    async hold(captures) {
      const held = []
      for (const capture of captures) {
        const sealed = capture.sealed === undefined ? undefined : await objects.write(capture.sealed)
        held.push({ ...capture, sealed, blob: await objects.write(capture.text) })
      }
      await updateRefs(
        opened,
        held.flatMap((capture) => [
          `update ${heldRef(capture)} ${capture.blob}`,
          ...(capture.sealed === undefined ? [] : [`update ${heldRef(capture)}.age ${capture.sealed}`]),
        ]),
      )
      return held.map(({ blob }) => blob)
    },
    dropHeld: (captures) =>
      updateRefs(
        opened,
        captures.flatMap((capture) => [`delete ${heldRef(capture)}`, `delete ${heldRef(capture)}.age`]),
      ),
    async heldSealed(capture) {
      const found = await opened.git.try(['rev-parse', '--verify', '--quiet', `${heldRef(capture)}.age`])
      return found.code === 0 ? found.stdout.trim() : null
    },
    commitOf: (runId) => commitOfRun(opened, runId),
    lastRedaction: () => readRedaction(opened),
    async existing(blobs) {
      const found = new Set<string>()
      for (const blob of new Set(blobs)) if (isObjectId(blob) && (await objects.read(blob))) found.add(blob)
      return found
    },
    startJournal: (run) => startJournal(opened, run),
    abandonedRuns: () => takeOverJournals(opened),
    read: (path, at) => readFile(opened, objects, path, at),
    readBlob,
    history: (path, options) => readHistory(opened, path, options?.limit ?? 100),
    async diff(from, to, labels = { from: 'before', to: 'after' }) {
      if (from === to) return { text: '', linesAdded: 0, linesRemoved: 0 }
      if (from === null || to === null) return diffWithNothing(await readBlob(from ?? to ?? ''), from === null, labels)
      return diffBlobs(opened.git, from, to, labels)
    },
    search: (query) => searchArchive(opened, query),
    push: (remote, options) => pushArchive(opened, remote, options),
    maintain: () => maintain(opened),
    async verify() {
      await opened.git.run(['fsck', '--full', '--no-dangling', '--no-progress'])
    },
    async [Symbol.asyncDispose]() {
      await objects[Symbol.asyncDispose]()
      await opened.tidy()
    },
  }
}

function heldRef(capture: {
  readonly device: string
  readonly configuration: Configuration
  readonly blob: string
}): string {
  if (!isObjectId(capture.blob)) throw new NetlatchError('NOT_FOUND', `no blob ${capture.blob}.`)
  return `refs/held/${escapeName(capture.device)}/${capture.configuration}/${capture.blob}`
}

async function updateRefs({ git }: GitRepository, commands: readonly string[]): Promise<void> {
  // A capture that was held night after night is one blob and one ref.
  const input = [...new Set(commands)].map((command) => `${command}\n`).join('')
  if (input !== '') await git.run(['update-ref', '--stdin'], { input })
}

async function readFile(
  repository: GitRepository,
  objects: GitObjects,
  path: string,
  at: string | Date | undefined,
): Promise<ArchivedText | null> {
  if (at === undefined) return objects.read(`${repository.ref}:${path}`)
  const commit = typeof at === 'string' ? await resolveCommit(repository, at) : await commitAt(repository, at)
  return commit === undefined ? null : objects.read(`${commit}:${path}`)
}

/** The commit that the branch was at. */
async function commitAt({ git, ref }: GitRepository, at: Date): Promise<string | undefined> {
  const seconds = Math.floor(at.getTime() / 1000)
  // Git reads a small number as something else than seconds.
  if (seconds < 100_000_000) return undefined
  const found = await git.try(['rev-list', '-1', '--first-parent', `--before=@${seconds}`, ref, '--'])
  return found.stdout.trim() || undefined
}

async function resolveCommit({ git, path }: GitRepository, commit: string): Promise<string> {
  if (/^[0-9a-f]{4,64}$/.test(commit)) {
    const found = await git.try(['rev-parse', '--verify', '--quiet', '--end-of-options', `${commit}^{commit}`])
    if (found.code === 0) return found.stdout.trim()
  }
  throw new NetlatchError('NOT_FOUND', `${path}: no commit "${commit}".`, { advice: 'netlatch history <device>' })
}

async function readHistory(repository: GitRepository, path: string, limit: number): Promise<readonly ArchiveEntry[]> {
  if ((await branchHead(repository)) === undefined) return []
  const format = `--format=%x00%H%x00%ct%x00%s%x00%(trailers:key=${runTrailer},valueonly)`
  const shape = ['--raw', '--no-abbrev', '--no-renames', '--first-parent', '-m', `--max-count=${limit}`]
  const printed = await repository.git.run(['log', format, ...shape, repository.ref, '--', path])
  const fields = printed.split('\0').slice(1)
  return Array.from({ length: Math.floor(fields.length / 4) }, (_, index) => {
    const [commit = '', seconds = '', subject = '', rest = ''] = fields.slice(index * 4, index * 4 + 4)
    const [runId] = rest.split('\n')
    const blob = /^:\d+ \d+ [0-9a-f]+ ([0-9a-f]+) [A-Z]/m.exec(rest)?.[1]
    return {
      commit,
      at: new Date(Number(seconds) * 1000),
      subject,
      ...(runId && { runId }),
      blob: blob === undefined || /^0+$/.test(blob) ? null : blob,
    }
  })
}

/** Commits that are looked through for one of a run: it was made minutes before it is missed. */
const mostCommits = 5000

async function commitOfRun(repository: GitRepository, runId: string): Promise<string | undefined> {
  if ((await branchHead(repository)) === undefined) return undefined
  const format = `--format=%H %(trailers:key=${runTrailer},valueonly,separator=%x20)`
  const listed = await repository.git.run(['log', `--max-count=${mostCommits}`, format, repository.ref, '--'])
  const line = listed.split('\n').find((one) => one.slice(one.indexOf(' ') + 1).trim() === runId)
  return line?.slice(0, line.indexOf(' '))
}

async function readRedaction(repository: GitRepository): Promise<RedactionMode | undefined> {
  if ((await branchHead(repository)) === undefined) return undefined
  const format = `--format=%x00%(trailers:key=${redactionTrailer},valueonly)`
  const args = ['log', '--max-count=1', `--grep=^${runTrailer}: `, format, repository.ref, '--']
  const printed = await repository.git.run(args)
  if (!printed.startsWith('\0')) return undefined
  return redactionModes.find((mode) => mode === printed.slice(1).trim()) ?? 'fingerprint'
}

/** What plumbing leaves lying around: 200 loose objects per run. A user's repository is kept by its user. */
async function maintain({ git, own }: GitRepository): Promise<void> {
  if (!own) return
  const packed = await git.try(['-c', 'gc.auto=6700', 'gc', '--auto', '--quiet'])
  if (packed.code !== 0) throw gitFailed(['gc'], packed)
  // Changed-path filters: the history of one file among 50,000 commits without reading every tree.
  await git.try(['commit-graph', 'write', '--reachable', '--changed-paths', '--split', '--no-progress'])
}
