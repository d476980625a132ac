import type { Readable } from 'node:stream'
import { NetlatchError } from '../errors.ts'
import type { ArchiveMatch, ArchiveQuery } from './archive.ts'
import { branchHead } from './git-commit.ts'
import { gitFailed } from './git-process.ts'
import type { GitRepository } from './git-repository.ts'
import { quoteLine } from './reason-text.ts'

/**
 * Matching lines of the files on the branch, then, with `past`, of the older versions in which such a line came or went, latest
 * first: every line that ever was is found, and not once per backup that it survived.
 */
export async function* searchArchive(repository: GitRepository, query: ArchiveQuery): AsyncIterable<ArchiveMatch> {
  checkPattern(query.pattern)
  const head = await branchHead(repository)
  if (head === undefined) return checkExpression(repository, query)
  const paths = query.paths ?? []
  const at = asDate(await repository.git.run(['show', '--no-patch', '--format=%ct', head]))
  for await (const [place, line, text] of grep(repository, query, [head], paths)) {
    yield { path: place.slice(head.length + 1), commit: head, at, current: true, line, text }
  }
  if (!query.past) return
  const current = new Set<string>()
  for (const entry of (await repository.git.run(['ls-tree', '-r', '-z', head, '--', ...paths])).split('\0')) {
    const [what, path] = entry.split('\t')
    if (path !== undefined) current.add(`${what?.split(' ')[2]} ${path}`)
  }
  for await (const versions of inBatches(oldVersions(repository, query, head), 200)) {
    const fresh = versions.filter(({ blob, path }) => !current.has(`${blob} ${path}`))
    const blobs = [...new Set(fresh.map(({ blob }) => blob))]
    if (blobs.length === 0) continue
    const found = Map.groupBy(await Array.fromAsync(grep(repository, query, blobs, [])), ([place]) => place)
    for (const { commit, at, path, blob } of fresh) {
      current.add(`${blob} ${path}`)
      for (const [, line, text] of found.get(blob) ?? []) yield { path, commit, at, current: false, line, text }
    }
  }
}

interface Version {
  readonly commit: string
  readonly at: Date
  readonly path: string
  readonly blob: string
}

/** Files after, and before, each commit that added or took away a matching line. */
async function* oldVersions(repository: GitRepository, query: ArchiveQuery, head: string): AsyncIterable<Version> {
  const changes = [
    'log',
    '--first-parent',
    '-m',
    '--raw',
    '--no-abbrev',
    '--no-renames',
    '-z',
    '--format=%H %ct',
    '--text',
  ]
  const pickaxe = [`-G${query.regexp ? query.pattern : escapeExtended(query.pattern)}`, ...ignoreCase(query)]
  const args = [...changes, ...pickaxe, head, '--', ...(query.paths ?? [])]
  let commit = ''
  let blob: string | undefined
  for await (const field of split(repository, args, '\0', query)) {
    const raw = /^\n?:\d+ \d+ [0-9a-f]+ ([0-9a-f]+) [A-Z]$/.exec(field)
    if (raw) blob = raw[1]
    else if (blob === undefined) commit = field.trim() || commit
    else {
      const [id = '', seconds = ''] = commit.split(' ')
      if (!/^0+$/.test(blob)) yield { commit: id, at: asDate(seconds), path: field, blob }
      blob = undefined
    }
  }
}

type Hit = readonly [place: string, line: number, text: string]

/** Hits in commits or blobs; the place is `<commit>:<path>`, or the blob. */
async function* grep(
  repository: GitRepository,
  query: ArchiveQuery,
  objects: readonly string[],
  paths: readonly string[],
): AsyncIterable<Hit> {
  const how = ['--no-color', '--no-column', '--full-name', '--text', '--line-number', '--null', ...ignoreCase(query)]
  const pattern = [query.regexp ? '--extended-regexp' : '--fixed-strings', '-e', query.pattern]
  const limit = paths.length > 0 ? ['--', ...paths] : ['--']
  for await (const hit of split(repository, ['grep', ...how, ...pattern, ...objects, ...limit], '\n', query)) {
    const [place, line, ...text] = hit.split('\0')
    if (place !== undefined && line !== undefined) yield [place, Number(line), text.join('\0')]
  }
}

function ignoreCase({ ignoreCase: wanted }: ArchiveQuery): readonly string[] {
  return wanted ? ['-i'] : []
}

/** What git prints, piece by piece. Exit 1 is grep's word for nothing found. */
async function* split(
  { git }: GitRepository,
  args: readonly string[],
  separator: string,
  query: ArchiveQuery,
): AsyncIterable<string> {
  const { signal } = query
  signal?.throwIfAborted()
  const child = git.start(args)
  const stop = () => child.kill()
  signal?.addEventListener('abort', stop, { once: true })
  const ended = new Promise<number | null>((resolve, reject) => child.once('close', resolve).once('error', reject))
  ended.catch(() => undefined)
  child.stdin.on('error', () => undefined).end()
  const complaint = Array.fromAsync(child.stderr.setEncoding('utf8'))
  try {
    yield* pieces(child.stdout, separator)
    const code = await ended
    signal?.throwIfAborted()
    if (code !== 0 && code !== 1)
      throw searchFailed(args, query, { code: code ?? -1, stderr: (await complaint).join('') })
  } finally {
    signal?.removeEventListener('abort', stop)
    child.kill()
  }
}

async function* pieces(stream: Readable, separator: string): AsyncIterable<string> {
  let rest = ''
  for await (const chunk of stream.setEncoding('utf8')) {
    const parts = (rest + chunk).split(separator)
    rest = parts.pop() ?? ''
    yield* parts
  }
  if (rest !== '') yield rest
}

async function* inBatches<T>(items: AsyncIterable<T>, size: number): AsyncIterable<readonly T[]> {
  let batch: T[] = []
  for await (const item of items) {
    batch.push(item)
    if (batch.length < size) continue
    yield batch
    batch = []
  }
  if (batch.length > 0) yield batch
}

/** A wrong expression is one also where there is nothing to search yet. */
async function checkExpression(repository: GitRepository, query: ArchiveQuery): Promise<void> {
  const nothing = (await repository.git.run(['hash-object', '-t', 'tree', '--stdin'], { input: '' })).trim()
  await Array.fromAsync(grep(repository, query, [nothing], []))
}

function asDate(seconds: string): Date {
  return new Date(Number(seconds) * 1000)
}

function checkPattern(pattern: string): void {
  if (pattern !== '' && !/[\n\0]/.test(pattern)) return
  throw new NetlatchError('USAGE', 'search: the text to search is empty, or has several lines.', {
    advice: 'search for a part of one line',
  })
}

/** What an expression lacks, git says in the words of the system's library; where it stands is known here. */
function searchFailed(
  args: readonly string[],
  { pattern, regexp }: ArchiveQuery,
  { code, stderr }: { readonly code: number; readonly stderr: string },
): NetlatchError {
  const cause = gitFailed(args, { code, stdout: '', stderr })
  if (!regexp || !/^fatal: (?:-e option, |command line, )/m.test(stderr)) return cause
  return new NetlatchError('USAGE', `search: ${quoteLine(pattern)} is no extended regular expression.`, {
    cause,
    advice: 'a sign that stands for itself takes a backslash, as \\(; without --regexp all of them do',
  })
}

function escapeExtended(text: string): string {
  return text.replace(/[\\.[*^$+?{|()]/g, '\\$&')
}
