import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { NetlatchError } from '../errors.ts'
import type { ArchiveCommit, Committed } from './archive.ts'
import { removeAbandonedLocks } from './git-leftovers.ts'
import { gitFailed } from './git-process.ts'
import { checkNotCheckedOut, type GitRepository } from './git-repository.ts'

/** How long other writers may keep the branch to themselves: longer than a lock takes to count as abandoned. */
const patienceMs = 90_000

/**
 * Makes one commit on the branch and moves the branch to it, if it still is where it was; else again from where it is now. A
 * private index holds the tree meanwhile, so that neither another process nor a user's own index is touched.
 */
export async function commitFiles(repository: GitRepository, run: ArchiveCommit): Promise<Committed | null> {
  for (;;) {
    await checkNotCheckedOut(repository)
    const parent = await branchHead(repository)
    const tree = await writeTree(repository, parent, run.files)
    if (tree === (await treeOf(repository, parent))) return null
    const commit = await commitTree(repository, tree, parent, message(run), run.at ?? new Date())
    if (await moveBranch(repository, commit, parent)) return { commit }
  }
}

/** The commit that the branch is at; undefined before the first one. */
export async function branchHead({ git, ref }: GitRepository): Promise<string | undefined> {
  const head = await git.try(['rev-parse', '--verify', '--quiet', '--end-of-options', `${ref}^{commit}`])
  return head.code === 0 ? head.stdout.trim() : undefined
}

/** The tree of a commit with some files replaced or taken away. Fails when a blob is not there. */
export async function writeTree(
  { git, scratch }: GitRepository,
  parent: string | undefined,
  files: ArchiveCommit['files'],
): Promise<string> {
  const index = join(await scratch(), `index-${crypto.randomUUID()}`)
  const env = { GIT_INDEX_FILE: index }
  if (parent !== undefined) await git.run(['read-tree', parent], { env })
  const entries = files.map(({ path, blob }) => {
    if (path.includes('\0') || (blob !== null && !isObjectId(blob))) throw new TypeError(`no entry for a tree: ${path}`)
    return blob === null ? `0 ${'0'.repeat(parent?.length ?? 40)}\t${path}\0` : `100644 ${blob}\t${path}\0`
  })
  await git.run(['update-index', '-z', '--index-info'], { env, input: entries.join('') })
  const tree = await git.run(['write-tree'], { env })
  await rm(index, { force: true })
  return tree.trim()
}

export async function commitTree(
  { git }: GitRepository,
  tree: string,
  parent: string | undefined,
  text: string,
  at: Date,
): Promise<string> {
  const date = `@${Math.floor(at.getTime() / 1000)} +0000`
  const args = ['commit-tree', '--no-gpg-sign', ...(parent === undefined ? [] : ['-p', parent]), '-F', '-', tree]
  const env = { GIT_AUTHOR_DATE: date, GIT_COMMITTER_DATE: date }
  return (await git.run(args, { input: text, env })).trim()
}

/** Compare-and-swap. False when the branch has moved on; throws when it stays locked until the deadline. */
export async function moveBranch(
  repository: GitRepository,
  commit: string,
  from: string | undefined,
  until = Date.now() + patienceMs,
): Promise<boolean> {
  const { git, ref, gitDir, own } = repository
  for (;;) {
    const none = '0'.repeat(commit.length)
    const moved = await git.try(['update-ref', '-m', 'netlatch backup', ref, commit, from ?? none])
    if (moved.code === 0) return true
    if ((await branchHead(repository)) !== from) return false
    if (!/\.lock|cannot lock ref/.test(moved.stderr)) throw gitFailed(['update-ref'], moved)
    if (Date.now() > until) {
      const [, lock = join(gitDir, `${ref}.lock`)] = /'([^']+\.lock)'/.exec(moved.stderr) ?? []
      throw new NetlatchError('GIT_FAILED', `${lock}: kept for a minute and a half.`, {
        cause: gitFailed(['update-ref'], moved),
        advice: 'remove this file if no git is running: a process was killed while it held it',
      })
    }
    if (own) await removeAbandonedLocks(gitDir, ref)
    await sleep(20 + Math.random() * 180)
  }
}

export function isObjectId(text: string): boolean {
  return /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/.test(text)
}

async function treeOf({ git }: GitRepository, commit: string | undefined): Promise<string | undefined> {
  return commit === undefined ? undefined : (await git.run(['rev-parse', '--verify', `${commit}^{tree}`])).trim()
}

/** The trailer that says which run a commit is of. */
export const runTrailer = 'Netlatch-Run'

/** How the secrets of a commit are stored; absent where they were replaced. */
export const redactionTrailer = 'Netlatch-Redaction'

function message({ runId, devices, files, subject, redaction = 'fingerprint' }: ArchiveCommit): string {
  const oneLine = (text: string) => text.replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ').trim()
  const title = subject ?? `Back up ${devices} ${devices === 1 ? 'device' : 'devices'}`
  const stored = redaction === 'fingerprint' ? '' : `${redactionTrailer}: ${redaction}\n`
  return `${oneLine(title)}\n\nDevices: ${devices}\nFiles: ${files.length}\n${runTrailer}: ${oneLine(runId)}\n${stored}`
}
