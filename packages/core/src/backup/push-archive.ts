import { createHash } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { NetlatchError } from '../errors.ts'
import type { Pushed } from './archive.ts'
import { branchHead, commitTree, moveBranch, runTrailer, writeTree } from './git-commit.ts'
import { type GitOutcome, gitFailed } from './git-process.ts'
import { checkNotCheckedOut, type GitRepository } from './git-repository.ts'

export interface PushOptions {
  readonly signal?: AbortSignal
}

/** A remote that moves on during each of so many tries is better left for the next run. */
const tries = 5

/**
 * Publishes the branch. When the remote has commits that are not here, our own are made again on top of them, file by file: a
 * backup is newer than what it replaces. The commits they stand for stay readable here. Nothing is ever forced.
 *
 * @throws GIT_FAILED when the remote refuses, or when commits of other people would have to be made again.
 */
export async function pushArchive(
  repository: GitRepository,
  remote: string,
  options: PushOptions = {},
): Promise<Pushed> {
  checkRemote(remote)
  let replayed = 0
  for (let left = tries; left > 0; left--) {
    const head = await branchHead(repository)
    if (head === undefined) throw new NetlatchError('NOT_FOUND', `${repository.path}: no backup to push yet.`)
    const pushed = await push(repository, remote, head, options)
    if (pushed.code === 0) return { commit: head, replayed }
    const isLocked = /cannot lock ref|failed to update ref|incorrect old value/.test(pushed.stdout + pushed.stderr)
    const hasMoved = /^!.*\[rejected\].*\((?:fetch first|non-fast-forward)\)/m.test(pushed.stdout)
    if (!hasMoved && (!isLocked || left === 1)) throw gitFailed(['push'], pushed)
    // Two that push at one moment meet again otherwise.
    await sleep(Math.random() * 200, undefined, options.signal ? { signal: options.signal } : {})
    replayed += await replay(repository, head, await fetch(repository, remote, options))
  }
  throw new NetlatchError('GIT_FAILED', `git push: ${repository.branch} moved on the remote ${tries} times.`, {
    advice: 'push again later',
  })
}

function push(repository: GitRepository, remote: string, head: string, options: PushOptions): Promise<GitOutcome> {
  const how = ['--porcelain', '--no-verify', '--no-follow-tags', '--recurse-submodules=no', '--no-progress']
  return withSsh(repository, ['push', ...how, '--', remote, `${head}:${repository.ref}`], options)
}

/** What the remote branch is at; its commits are here then. */
async function fetch(repository: GitRepository, remote: string, options: PushOptions): Promise<string> {
  const kept = `refs/netlatch/remotes/${createHash('sha256').update(remote).digest('hex').slice(0, 16)}/${repository.branch}`
  const how = [
    '--no-tags',
    '--no-write-fetch-head',
    '--no-recurse-submodules',
    '--no-auto-maintenance',
    '--no-progress',
  ]
  const fetched = await withSsh(repository, ['fetch', ...how, '--', remote, `+${repository.ref}:${kept}`], options)
  if (fetched.code !== 0) throw gitFailed(['fetch'], fetched)
  return (await repository.git.run(['rev-parse', '--verify', `${kept}^{commit}`])).trim()
}

/** Returns how many commits were made again; 0 when a backup of another process came between: then nothing has moved. */
async function replay(repository: GitRepository, head: string, theirs: string): Promise<number> {
  const { git } = repository
  await checkNotCheckedOut(repository)
  const listed = (await git.run(['rev-list', '--reverse', '--topo-order', `${theirs}..${head}`])).split('\n')
  const ours = listed.filter((commit) => commit !== '')
  let parent = theirs
  for (const commit of ours) parent = await replayOne(repository, commit, parent)
  if (ours.length > 0) await git.run(['update-ref', `refs/netlatch/replayed/${head}`, head])
  return (await moveBranch(repository, parent, head)) ? ours.length : 0
}

async function replayOne(repository: GitRepository, commit: string, parent: string): Promise<string> {
  const { git } = repository
  const shown = await git.run(['show', '--no-patch', '--no-color', '--format=%ct%x00%ce%x00%P%x00%B', commit])
  const [seconds = '', email, parents = '', message = ''] = shown.split('\0')
  if (email !== 'netlatch@localhost' || parents.includes(' ') || !message.includes(`\n${runTrailer}: `)) {
    throw new NetlatchError(
      'GIT_FAILED',
      `git push: the remote lacks commit ${commit.slice(0, 12)}, which is not of Netlatch.`,
      {
        advice: `bring ${repository.branch} up to date with git, by merge or rebase, then push again`,
      },
    )
  }
  const changes = ['diff-tree', '--root', '--no-commit-id', '-r', '-z', '--raw', '--no-abbrev', '--no-renames', commit]
  const fields = (await git.run(changes)).split('\0')
  const files = fields.flatMap((raw, index) => {
    const blob = /^:\d+ \d+ [0-9a-f]+ ([0-9a-f]+) /.exec(raw)?.[1]
    const path = fields[index + 1]
    return blob === undefined || path === undefined ? [] : [{ path, blob: /^0+$/.test(blob) ? null : blob }]
  })
  const tree = await writeTree(repository, parent, files)
  return commitTree(repository, tree, parent, message.trimEnd().concat('\n'), new Date(Number(seconds) * 1000))
}

/** Without a prompt, unless the user has said in git's configuration how ssh is to be called. */
async function withSsh({ git }: GitRepository, args: readonly string[], { signal }: PushOptions): Promise<GitOutcome> {
  const configured = await git.try(['config', '--get', 'core.sshCommand'])
  const env: Record<string, string> = configured.code === 0 ? {} : { GIT_SSH_COMMAND: 'ssh -o BatchMode=yes' }
  return git.try(args, { env, signal })
}

function checkRemote(remote: string): void {
  if (remote === '' || remote.startsWith('-')) {
    throw new NetlatchError('USAGE', `push: "${remote}" is no remote.`, {
      advice: 'give the name or the URL of a remote',
    })
  }
  if (/^[a-z+]+:\/\/[^/@]*:[^/@]*@/i.test(remote)) {
    throw new NetlatchError('USAGE', 'push: the URL of the remote holds a password.', {
      advice: 'leave it out, and let a git credential helper know it',
    })
  }
}
