import { realpath } from 'node:fs/promises'
import { homedir } from 'node:os'
import { basename, dirname, join, resolve, sep } from 'node:path'
import type { IExecuteFunctions, ResolvedFilePath } from 'n8n-workflow'

/** Whether n8n's administrator lets nodes use a file or folder. */
export type FileAccess = (path: string) => Promise<boolean>

/** n8n's own rule, as an execution has it. */
export function accessOf({ helpers }: Pick<IExecuteFunctions, 'helpers'>): FileAccess {
  return async (path) => !helpers.isFilePathBlocked((await resolvedPath(path)) as ResolvedFilePath)
}

/**
 * The same rule where n8n has no helper for it: lists, polls and tests of credentials. `N8N_RESTRICT_FILE_ACCESS_TO`, by default
 * `~/.n8n-files`; several folders are separated by `;`, none means no restriction. n8n's own folder stays closed.
 */
export function accessByEnvironment(env: Readonly<Record<string, string | undefined>>): FileAccess {
  const allowed = (env.N8N_RESTRICT_FILE_ACCESS_TO ?? '~/.n8n-files')
    .split(';')
    .map((path) => path.trim())
    .filter((path) => path !== '')
    .map((path) => (path.startsWith('~') ? join(homedir(), path.slice(1)) : path))
  const ownFolder = join(env.N8N_USER_FOLDER ?? homedir(), '.n8n')
  const blocked = patternsOf(env.N8N_BLOCK_FILE_PATTERNS ?? '^(?:[^/]*/)*\\.git(?:/.*)?$')
  return async (path) => {
    const resolved = await resolvedPath(path)
    if (env.N8N_BLOCK_FILE_ACCESS_TO_N8N_FILES !== 'false' && isInside(ownFolder, resolved)) return false
    if (blocked.some((pattern) => pattern.test(resolved.replaceAll('\\', '/')))) return false
    return allowed.length === 0 || allowed.some((folder) => isInside(folder, resolved))
  }
}

function patternsOf(text: string): readonly RegExp[] {
  const patterns = text.split(';').map((pattern) => pattern.trim())
  return patterns.flatMap((pattern) => (pattern === '' ? [] : new RegExp(pattern, 'mi')))
}

function isInside(folder: string, path: string): boolean {
  const parent = resolve(folder)
  return path === parent || path.startsWith(parent.endsWith(sep) ? parent : parent + sep)
}

/** Without symbolic links; of a file that is not there yet, the folders that are. */
async function resolvedPath(path: string): Promise<string> {
  const absolute = resolve(path)
  return realpath(absolute).catch(async (error: unknown) => {
    const isMissing = error instanceof Error && 'code' in error && error.code === 'ENOENT'
    const parent = dirname(absolute)
    if (!isMissing || parent === absolute) throw error
    return join(await resolvedPath(parent), basename(absolute))
  })
}
