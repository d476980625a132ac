import { isAbsolute, relative, resolve, sep } from 'node:path'
import { NetlatchError } from '../errors.ts'
import { diskFiles, type FileReader } from '../workspace/file-reader.ts'
import type { FileConflict, Revisions } from '../workspace/revisions.ts'
import { openGitObjects } from './git-objects.ts'
import { type Git, openGit } from './git-process.ts'
import { readTree } from './git-tree.ts'

/** Revisions of the repository that holds `folder`. */
export function openGitRevisions(folder: string): Revisions {
  const git = openGit()
  const run = (...args: string[]) => git.run(args, { cwd: folder })
  return {
    async at(revision) {
      const prefix = await prefixOf(git, folder)
      const commit = await commitOf(git, folder, revision)
      const gitDir = (await run('rev-parse', '--absolute-git-dir')).replace(/\n$/, '')
      const objects = openGitObjects(openGit({ gitDir }), neverWrites)
      const files = fromTree(await readTree(git, folder, commit, objects), folder, prefix)
      return { commit, files, [Symbol.asyncDispose]: () => objects[Symbol.asyncDispose]() }
    },
    async mergeBase(a, b) {
      const commits = await Promise.all([commitOf(git, folder, a), commitOf(git, folder, b)])
      const { code, stdout } = await git.try(['merge-base', ...commits], { cwd: folder })
      if (code === 0) return stdout.trim()
      throw new NetlatchError('NOT_FOUND', `${a} and ${b} have no commit in common.`, {
        advice: 'In CI, fetch the whole history: fetch-depth: 0, GIT_DEPTH: 0.',
      })
    },
    async *versionsOf(path) {
      const name = await nameInRepository(git, folder, path)
      const log = await run('log', '--format=%H', '--', resolve(path))
      for (const commit of log.split('\n').filter(Boolean)) {
        const { code, stdout } = await git.try(['cat-file', 'blob', `${commit}:${name}`], { cwd: folder })
        // A commit that removed it.
        if (code === 0) yield { commit, text: stdout }
      }
    },
    async conflictOf(path) {
      await nameInRepository(git, folder, path)
      const listed = await run('ls-files', '--unmerged', '-z', '--', resolve(path))
      const stages = listed.split('\0').flatMap((line): [string, string][] => {
        const [, blob = '', stage = ''] = line.split(/[ \t]/)
        return blob === '' ? [] : [[stage, blob]]
      })
      if (stages.length === 0) return undefined
      const texts = await Promise.all(
        stages.map(async ([stage, blob]) => [stageNames[stage] ?? stage, await run('cat-file', 'blob', blob)] as const),
      )
      return Object.fromEntries(texts) as FileConflict
    },
  }
}

const stageNames: Readonly<Record<string, keyof FileConflict>> = { 1: 'base', 2: 'ours', 3: 'theirs' }

/** From the top of the repository to the folder: `` or `sites/fra/`. */
async function prefixOf(git: Git, folder: string): Promise<string> {
  const { code, stdout, stderr } = await git.try(['rev-parse', '--show-prefix'], { cwd: folder })
  if (code === 0) return stdout.replace(/\n$/, '')
  const why = /dubious ownership/.test(stderr) ? 'git does not trust its owner' : 'there is no git repository here'
  throw new NetlatchError('GIT_FAILED', `${folder}: ${why}.`, {
    advice: why.startsWith('git') ? `git config --global --add safe.directory '${folder}'` : 'git init',
  })
}

async function commitOf(git: Git, folder: string, revision: string): Promise<string> {
  const { code, stdout } = await git.try(
    ['rev-parse', '--verify', '--quiet', '--end-of-options', `${revision}^{commit}`],
    {
      cwd: folder,
    },
  )
  if (code === 0) return stdout.trim()
  throw new NetlatchError('NOT_FOUND', `${revision}: git knows no such commit here.`, {
    advice: 'git fetch, or name another revision. In CI, fetch the whole history: fetch-depth: 0, GIT_DEPTH: 0.',
  })
}

async function nameInRepository(git: Git, folder: string, path: string): Promise<string> {
  const name = insideRepository(folder, await prefixOf(git, folder), path)
  if (name !== undefined) return name
  throw new NetlatchError('GIT_FAILED', `${path}: is outside the git repository of ${folder}.`, {
    advice: 'Use git where that file is.',
  })
}

/** The path as git's trees have it; undefined outside the repository. */
function insideRepository(folder: string, prefix: string, path: string): string | undefined {
  const fromFolder = relative(folder, path)
  if (isAbsolute(fromFolder)) return undefined
  const inside: string[] = []
  for (const step of [...prefix.split('/'), ...fromFolder.split(sep)]) {
    if (step === '' || step === '.') continue
    if (step !== '..') inside.push(step)
    else if (inside.pop() === undefined) return undefined
  }
  return inside.join('/')
}

function fromTree(tree: FileReader, folder: string, prefix: string): FileReader {
  const top = resolve(folder, ...prefix.split('/').flatMap((step) => (step === '' ? [] : ['..'])))
  return {
    readText(path) {
      const name = insideRepository(folder, prefix, path)
      return name === undefined ? diskFiles.readText(path) : tree.readText(name)
    },
    async glob(pattern) {
      const name = insideRepository(folder, prefix, pattern)
      if (name === undefined) return diskFiles.glob(pattern)
      return (await tree.glob(name)).map((found) => resolve(top, found))
    },
  }
}

function neverWrites(): Promise<string> {
  throw new TypeError('revisions are only read')
}
