import type { Pushed } from '../backup/archive.ts'
import { NetlatchError } from '../errors.ts'
import type { Abortable } from '../progress.ts'
import type { Netlatch } from './netlatch.ts'

export interface PushOptions extends Abortable {
  /** True: also where the settings name no remote, to `origin`. False: not this time. @default where the settings name a remote */
  readonly push?: boolean
}

/**
 * Publishes the archive after a run, where that is wanted; undefined where it is not. What others pushed meanwhile stays, ours
 * is made again on top of it. Throws GIT_FAILED when the remote cannot be reached or refuses: everything is saved here all the
 * same, and the next push brings it.
 */
export async function pushBackups(
  netlatch: Netlatch,
  { push, signal }: PushOptions = {},
): Promise<(Pushed & { readonly remote: string }) | undefined> {
  const { push: configured } = netlatch.workspace.settings.backups
  if (push === false || (push === undefined && configured === undefined)) return undefined
  const remote = configured ?? 'origin'
  const archive = await netlatch.archive()
  try {
    return { remote, ...(await archive.push(remote, signal ? { signal } : {})) }
  } catch (cause) {
    if (!(cause instanceof NetlatchError) || cause.code === 'USAGE') throw cause
    const { repository } = archive
    const isUnknown = /does not appear to be a git repository|No such remote|not found/.test(cause.message)
    const advice =
      cause.advice ??
      (isUnknown
        ? `git -C ${repository} remote add ${remote} <url>, or name another remote in netlatch.yaml: backups: { push }`
        : `see what git says: git -C ${repository} push ${remote} ${archive.branch}`)
    const message = `Saved here, not published to ${remote}: ${cause.message.replace(/^git (?:push|fetch): /, '')}`
    throw new NetlatchError(cause.code, message, { cause, advice })
  }
}
