import { basename } from 'node:path'
import { NetlatchError } from '../errors.ts'
import type { Problem } from '../model.ts'
import { diskFiles, type FileReader, isMissingFile } from '../workspace/file-reader.ts'
import { displayPath } from '../workspace/load-workspace.ts'
import { checkSchema } from '../workspace/problems-from-schema.ts'
import type { Workspace } from '../workspace/workspace.ts'
import { parseYaml, type YamlFile } from '../workspace/yaml-file.ts'
import { originOf } from '../workspace/yaml-node.ts'
import { mergePlatform } from './merge-platform.ts'
import type { Platform } from './platform.ts'
import { patternProblems, platformProblems, unknownPlatform } from './platform-problems.ts'
import { type PlatformFile, platformSchema } from './platform-schema.ts'
import { builtInPlatforms, type PlatformSet, platformSet } from './platform-set.ts'

export interface LoadedPlatforms {
  readonly platforms: PlatformSet
  /** What is wrong in the files. A platform with a mistake is left out; its name stays known. */
  readonly problems: readonly Problem[]
}

/** Reads the platforms of a workspace's own. Throws nothing for what a user wrote. */
export async function loadPlatforms(
  workspace: Pick<Workspace, 'settings' | 'folder'>,
  files: FileReader = diskFiles,
): Promise<LoadedPlatforms> {
  return resolvePlatforms(await readPlatformTexts(workspace, files))
}

/** The texts of a workspace's platform files. */
export async function readPlatformTexts(
  { settings, folder }: Pick<Workspace, 'settings' | 'folder'>,
  files: FileReader = diskFiles,
): Promise<readonly PlatformText[]> {
  const paths = (await Promise.all(settings.platforms.map((pattern) => files.glob(pattern)))).flat()
  const texts = await Promise.all([...new Set(paths)].map((path) => readPlatformText(path, folder, files)))
  return texts.filter((text) => text !== undefined)
}

async function readPlatformText(path: string, folder: string, files: FileReader): Promise<PlatformText | undefined> {
  const file = displayPath(folder, path)
  try {
    return { file, text: await files.readText(path) }
  } catch (error) {
    if (!(error instanceof NetlatchError)) throw error
    // Gone between the listing and the reading.
    if (isMissingFile(error)) return undefined
    return { file, text: '', unreadable: error.message }
  }
}

export interface PlatformText {
  /** As messages call it. */
  readonly file: string
  readonly text: string
  readonly unreadable?: string
}

interface Draft {
  readonly source: YamlFile
  readonly file: PlatformFile
}

/** The platforms that some files describe, each on top of what it extends. Pure. */
export function resolvePlatforms(texts: readonly PlatformText[]): LoadedPlatforms {
  const problems: Problem[] = []
  const drafts = new Map<string, Draft>()
  const declared: string[] = []
  for (const { file, text, unreadable } of texts) {
    if (unreadable !== undefined) {
      const at = { file, line: 1, column: 1 }
      problems.push({ code: 'no-such-file', severity: 'error', message: unreadable, advice: 'Correct the file.', at })
      continue
    }
    const { draft, names, found } = readDraft(parseYaml(text, file))
    problems.push(...found)
    declared.push(...names)
    const clash = draft && findClash(draft, drafts)
    if (clash) problems.push(clash)
    else if (draft) drafts.set(draft.file.name, draft)
  }
  const platforms = new Map<string, Platform>()
  for (const name of drafts.keys()) problems.push(...build(name, { drafts, declared, done: platforms }, []))
  return { platforms: platformSet([...platforms.values()], declared), problems }
}

interface ReadDraft {
  readonly draft?: Draft
  /** What the platform is called, as far as that can be read. */
  readonly names: readonly string[]
  readonly found: readonly Problem[]
}

function readDraft(source: YamlFile): ReadDraft {
  const stem = basename(source.file).replace(/\.ya?ml$/, '')
  if (source.root === undefined) {
    const at = source.positionAt(0)
    const advice = `netlatch platforms show cisco_ios > ${source.file}`
    const empty: Problem = { code: 'missing-key', severity: 'error', message: 'the file is empty', advice, at }
    return { names: [stem], found: source.problems.length > 0 ? source.problems : [empty] }
  }
  const names = namesIn(source) ?? [stem]
  const { data, problems } = checkSchema(platformSchema, source, [], '')
  const found = [...source.problems, ...problems]
  const told = new Set(found.map(({ at }) => `${at.line}:${at.column}`))
  const inPatterns = patternProblems(source).filter(({ at }) => !told.has(`${at.line}:${at.column}`))
  const all = inFileOrder([...found, ...inPatterns])
  return data && all.length === 0 ? { names, found: all, draft: { source, file: data } } : { names, found: all }
}

/** Keys, values and patterns are looked at one after the other, wherever they stand. */
function inFileOrder(problems: readonly Problem[]): readonly Problem[] {
  return problems.toSorted((a, b) => a.at.line - b.at.line || a.at.column - b.at.column)
}

function namesIn({ root }: YamlFile): readonly string[] | undefined {
  if (root?.kind !== 'map') return undefined
  const names = [root.value.name, root.value.aliases].flat().filter((name) => typeof name === 'string')
  return names.length > 0 ? names : undefined
}

/** One name, one platform: a file may take a built-in one's place only when it says so. */
function findClash({ source, file }: Draft, others: ReadonlyMap<string, Draft>): Problem | undefined {
  const taken = (message: string, advice: string, path: readonly (string | number)[]): Problem => ({
    code: 'duplicate-key',
    severity: 'error',
    message,
    advice,
    at: originOf(source, path),
  })
  const builtIn = builtInPlatforms.find(file.name)
  if (file.override && builtIn?.name !== file.name)
    return taken(`no built-in platform is called ${file.name}`, 'Take override: away, or correct the name.', [
      'override',
    ])
  if (builtIn && !file.override)
    return taken(
      `"${file.name}" is a built-in platform`,
      'Choose another name, or add override: true to take its place.',
      ['name'],
    )
  const names: readonly (readonly [string, readonly (string | number)[]])[] = [
    [file.name, ['name']],
    ...(file.aliases ?? []).map((alias, index) => [alias, ['aliases', index]] as const),
  ]
  for (const [name, path] of names) {
    const other = [...others.values()].find((one) => [one.file.name, ...(one.file.aliases ?? [])].includes(name))
    if (other) return taken(`"${name}" is also in ${other.source.file}`, 'Names must be unique.', path)
    const known = builtInPlatforms.find(name)
    if (known && known.name !== file.name)
      return taken(`"${name}" is a name of the built-in platform ${known.name}`, 'Choose another name.', path)
  }
  return undefined
}

interface Workshop {
  readonly drafts: ReadonlyMap<string, Draft>
  /** Names of all files, also of those with mistakes. */
  readonly declared: readonly string[]
  readonly done: Map<string, Platform>
}

/** Builds one platform after those that it extends. */
function build(name: string, workshop: Workshop, way: readonly string[]): readonly Problem[] {
  const { drafts, declared, done } = workshop
  const draft = drafts.get(name)
  if (!draft || done.has(name)) return []
  const { source, file } = draft
  if (way.includes(name)) {
    const message = `extends itself: ${[...way.slice(way.indexOf(name)), name].join(' → ')}`
    return [
      {
        code: 'wrong-value',
        severity: 'error',
        message,
        advice: 'Break the circle.',
        at: originOf(source, ['extends']),
      },
    ]
  }
  const isOwn = file.extends !== undefined && file.extends !== name && drafts.has(file.extends)
  const problems = isOwn ? build(file.extends ?? '', workshop, [...way, name]) : []
  const base = isOwn
    ? done.get(file.extends ?? '')
    : file.extends === undefined
      ? undefined
      : builtInPlatforms.find(file.extends)
  if (file.extends !== undefined && !base) {
    // One with a mistake of its own has said so.
    const names = [...builtInPlatforms.names, ...drafts.keys()]
    return isOwn || declared.includes(file.extends)
      ? problems
      : [unknownPlatform(source, ['extends'], file.extends, names)]
  }
  const platform = mergePlatform(file, source.file, base)
  const found = inFileOrder(platformProblems(source, platform))
  if (found.length === 0) done.set(name, platform)
  return [...problems, ...found]
}
