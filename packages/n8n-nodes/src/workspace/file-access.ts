import { realpath } from 'node:fs/promises'
import { homedir } from 'node:os'
import { basename, dirname, join, posix, resolve, sep } from 'node:path'
import type { IExecuteFunctions, ResolvedFilePath } from 'n8n-workflow'

/** Whether n8n's administrator lets nodes use a file or folder. */
export type FileAccess = (path: string) => Promise<boolean>

/** n8n's own rule, as an execution has it. */
export function accessOf({ helpers }: Pick<IExecuteFunctions, 'helpers'>): FileAccess {
  return async (path) => !helpers.isFilePathBlocked((await resolvedPath(path)) as ResolvedFilePath)
}

/**
 * The same rule where n8n has no helper for it: lists, polls and tests of credentials. `N8N_RESTRICT_FILE_ACCESS_TO`, by default
 * `~/.n8n-files`; several folders are separated by `;`, none means no restriction. n8n's own folders stay closed.
 */
export function accessByEnvironment(env: Readonly<Record<string, string | undefined>>): FileAccess {
  const allowed = (env.N8N_RESTRICT_FILE_ACCESS_TO ?? '~/.n8n-files')
    .split(';')
    .map((path) => path.trim())
    .filter((path) => path !== '')
    .map((path) => (path.startsWith('~') ? join(homedir(), path.slice(1)) : path))
  const own = env.N8N_BLOCK_FILE_ACCESS_TO_N8N_FILES === 'false' ? [] : ownFolders(env)
  const isBlocked = blockedBy(env.N8N_BLOCK_FILE_PATTERNS ?? '^(?:[^/]*/)*\\.git(?:/.*)?$')
  return async (path) => {
    const resolved = await resolvedPath(path)
    if (own.some((folder) => isInside(folder, resolved)) || isBlocked(resolved)) return false
    return allowed.length === 0 || allowed.some((folder) => isInside(folder, resolved))
  }
}

/** What n8n keeps for itself: its settings, its caches, its extensions, and what its variables name. */
function ownFolders(env: Readonly<Record<string, string | undefined>>): readonly string[] {
  const user = env.N8N_USER_FOLDER ?? homedir()
  const listed = (value: string | undefined, separator: string) => (value ? value.split(separator) : [])
  const single = [
    env.N8N_BINARY_DATA_STORAGE_PATH,
    env.N8N_UM_EMAIL_TEMPLATES_INVITE,
    env.N8N_UM_EMAIL_TEMPLATES_PWRESET,
  ]
  return [
    join(user, '.n8n'),
    join(user, '.cache/n8n/public'),
    ...listed(env.N8N_CONFIG_FILES, ','),
    ...listed(env.N8N_CUSTOM_EXTENSIONS, ';'),
    ...single.flatMap((path) => (path ? [path] : [])),
  ]
}

/** A pattern that is none blocks everything, as with n8n: whoever wrote it meant to block something. */
function blockedBy(text: string): (path: string) => boolean {
  const patterns = text
    .split(';')
    .map((pattern) => pattern.trim())
    .filter((pattern) => pattern !== '')
  return (path) => {
    const normal = posix.normalize(path.replaceAll('\\', '/'))
    return patterns.some((pattern) => {
      try {
        return new RegExp(pattern, 'mi').test(normal)
      } catch {
        return true
      }
    })
  }
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
