import { mkdir, mkdtemp, readdir, realpath, rename, rm } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import { NetlatchError } from '../errors.ts'
import { removeAbandonedFolders, removeAbandonedLocks } from './git-leftovers.ts'
import { checkGitVersion, type Git, gitFailed, openGit } from './git-process.ts'

/** A repository with the one branch that backups go to. */
export interface GitRepository {
  readonly git: Git
  /** Absolute, symbolic links followed. */
  readonly path: string
  readonly gitDir: string
  readonly branch: string
  /** `refs/heads/<branch>` */
  readonly ref: string
  /** Netlatch made it: nobody else keeps it tidy. */
  readonly own: boolean
  /** A folder of this process inside the repository; made at its first use. */
  readonly scratch: () => Promise<string>
  /** Removes the scratch folder. */
  readonly tidy: () => Promise<void>
}

/** Opens the repository at a path, or makes a bare one there when there is nothing. @throws GIT_FAILED */
export async function openRepository(path: string, branch: string, program?: string): Promise<GitRepository> {
  const anywhere = openGit({ program })
  await checkGitVersion(anywhere)
  await checkBranchName(anywhere, branch)
  const wanted = resolve(path)
  if (await isMissing(wanted)) await makeBare(wanted, branch, program)
  const found = await locate(wanted, program)
  const git = openGit({ gitDir: found.gitDir, program })
  const marked = await git.try(['config', '--local', '--type=bool', 'netlatch.archive'])
  const own = marked.stdout.trim() === 'true'
  const ref = `refs/heads/${branch}`
  if (own) await removeAbandonedLocks(found.gitDir, ref)
  const { scratch, tidy } = openScratch(join(found.gitDir, 'netlatch'))
  return { git, ...found, branch, ref, own, scratch, tidy }
}

/** Refuses a branch that somebody has checked out: committing to it would make their files look changed. */
export async function checkNotCheckedOut({ git, branch, ref, gitDir, own }: GitRepository): Promise<void> {
  // Netlatch makes bare ones: nothing is checked out there but what somebody adds, which git notes in this folder.
  if (own && (await isMissing(join(gitDir, 'worktrees')))) return
  const listed = (await git.run(['worktree', 'list', '--porcelain', '-z'])).split('\0')
  const at = listed.indexOf(`branch ${ref}`)
  if (at === -1) return
  const worktree = listed.slice(0, at).findLast((line) => line.startsWith('worktree '))
  throw new NetlatchError('GIT_FAILED', `backups: branch ${branch} is checked out in ${worktree?.slice(9)}.`, {
    advice: 'name another branch in netlatch.yaml: backups: { repository, branch }',
  })
}

/** Names that need no question to git, `main` among them. */
const plainName = /^[A-Za-z0-9]+$/

async function checkBranchName(git: Git, branch: string): Promise<void> {
  if (plainName.test(branch)) return
  const checked = await git.try(['check-ref-format', `refs/heads/${branch}`])
  if (checked.code === 0 && !branch.startsWith('-')) return
  throw new NetlatchError('GIT_FAILED', `backups: "${branch}" is no name of a branch.`, {
    advice: 'correct backups: in netlatch.yaml',
  })
}

async function isMissing(path: string): Promise<boolean> {
  try {
    return (await readdir(path)).length === 0
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return true
    if (hasCode(error, 'ENOTDIR')) throw notARepository(path, error)
    throw new NetlatchError('GIT_FAILED', `${path}: ${(error as Error).message}`, { cause: error })
  }
}

/** Made aside and renamed, so that nobody ever sees half a repository; when several make one at once, the first stays. */
async function makeBare(path: string, branch: string, program?: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true })
  const aside = await mkdtemp(join(dirname(path), `.${basename(path)}-`))
  await initBare(aside, branch, program)
  try {
    await rename(aside, path)
  } catch {
    await rm(aside, { recursive: true, force: true })
    // A mounted folder cannot be renamed over. When it is filled now, somebody else was first.
    if (await isMissing(path)) await initBare(path, branch, program)
  }
}

async function initBare(path: string, branch: string, program?: string): Promise<void> {
  await openGit({ program }).run(['init', '--quiet', '--bare', '--template=', `--initial-branch=${branch}`, '--', path])
  await openGit({ gitDir: path, program }).run(['config', '--local', 'netlatch.archive', 'true'])
}

/** Finds the repository at exactly this path: a parent's, the workspace's own, must never be taken for it. */
async function locate(path: string, program?: string): Promise<{ readonly path: string; readonly gitDir: string }> {
  const real = await realpath(path)
  const found = await openGit({ program }).try(['-c', 'safe.bareRepository=all', 'rev-parse', '--absolute-git-dir'], {
    cwd: real,
    env: { GIT_CEILING_DIRECTORIES: dirname(real) },
  })
  if (found.code === 0) return { path: real, gitDir: found.stdout.replace(/\n$/, '') }
  throw notARepository(path, gitFailed(['rev-parse'], found))
}

function notARepository(path: string, cause: unknown): NetlatchError {
  const why = cause instanceof NetlatchError ? cause.message : 'it is a file'
  return new NetlatchError('GIT_FAILED', `${path}: not usable as a git repository (${why}).`, {
    cause,
    advice: 'name an empty or new folder, or a git repository, under backups: in netlatch.yaml',
  })
}

function openScratch(parent: string): Pick<GitRepository, 'scratch' | 'tidy'> {
  let folder: Promise<string> | undefined
  const make = async () => {
    await mkdir(parent, { recursive: true, mode: 0o700 })
    await removeAbandonedFolders(parent)
    return mkdtemp(join(parent, 'run-'))
  }
  return {
    scratch: () => {
      folder ??= make()
      return folder
    },
    tidy: async () => {
      if (folder) await rm(await folder, { recursive: true, force: true })
      folder = undefined
    },
  }
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code
}
