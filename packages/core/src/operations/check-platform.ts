import { basename, dirname, join, relative, resolve } from 'node:path'
import { type FoundPlatforms, findPlatforms } from '../find-platforms.ts'
import type { ListNamesOptions } from '../list-names.ts'
import type { Problem } from '../model.ts'
import { readPlatformTexts, resolvePlatforms } from '../platforms/load-platforms.ts'
import type { Platform } from '../platforms/platform.ts'
import { readSessionCase, sessionFileName } from '../platforms/session-case.ts'
import { diskFiles, type FileReader } from '../workspace/file-reader.ts'
import { displayPath } from '../workspace/load-workspace.ts'
import { replaySession } from './replay-session.ts'

export interface PlatformCheck {
  /** Absent when the file could not be read so far. */
  readonly name?: string
  /** Everything wrong in the file, with its place; else what is wrong in the one that it extends. */
  readonly problems: readonly Problem[]
  /** The recorded sessions in the folder beside the file that has the platform's name; played only where nothing is wrong. */
  readonly cases: readonly CheckedCase[]
}

export interface CheckedCase {
  /** Its folder. */
  readonly name: string
  /** What did not come out as recorded; none: it passed. */
  readonly findings: readonly string[]
}

/**
 * Checks a platform file, which need not belong to the workspace yet, and replays the sessions recorded beside it. Throws
 * FILE_UNREADABLE for a file that is not there.
 */
export async function checkPlatform(
  path: string,
  options: ListNamesOptions,
  files: FileReader = diskFiles,
): Promise<PlatformCheck> {
  const file = resolve(options.cwd, path)
  const text = await files.readText(file)
  const { workspace } = await findPlatforms(options)
  const shown = workspace ? displayPath(workspace.folder, file) : path
  const others = await otherTexts(workspace, shown, files)
  const { platforms, problems } = resolvePlatforms([...others, { file: shown, text }])
  const own = platforms.all.find((platform) => platform.file === shown)
  const inFile = problems.filter(({ at }) => at.file === shown)
  // What it extends may be what is broken.
  if (!own) return { problems: inFile.length > 0 ? inFile : problems, cases: [] }
  return { name: own.name, problems: inFile, cases: await replayCases(own, dirname(file), options.cwd, files) }
}

async function otherTexts(workspace: FoundPlatforms['workspace'], shown: string, files: FileReader) {
  const texts = workspace ? await readPlatformTexts(workspace, files) : []
  return texts.filter(({ file }) => file !== shown)
}

/** The sessions in `<folder>/<name of the platform>/`, by the names of their folders. */
export async function replayCases(
  platform: Platform,
  folder: string,
  cwd: string,
  files: FileReader = diskFiles,
): Promise<readonly CheckedCase[]> {
  const found = await files.glob(join(folder, platform.name, '*', sessionFileName))
  const checked: CheckedCase[] = []
  for (const path of found) checked.push(await replayCase(platform, dirname(path), cwd, files))
  return checked
}

async function replayCase(platform: Platform, folder: string, cwd: string, files: FileReader): Promise<CheckedCase> {
  const { session, problems } = await readSessionCase(folder, relative(cwd, folder), files)
  const name = basename(folder)
  if (!session)
    return { name, findings: problems.map(({ at, message }) => `${at.file}:${at.line}:${at.column} ${message}`) }
  return { name, findings: await replaySession(platform, session) }
}
