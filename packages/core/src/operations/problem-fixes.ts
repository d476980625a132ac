import { deviceScope } from '../credentials/resolve-candidates.ts'
import type { WorkspaceFiles } from '../load-files.ts'
import type { Device, Origin, Problem } from '../model.ts'
import { offeredName } from '../workspace/nearest-name.ts'

/** What can be done about a problem in a file. Editors make quick fixes of it. */
export type ProblemFix =
  /** Writes another word over the one that stands at the problem. */
  | { readonly kind: 'replace'; readonly was: string; readonly text: string }
  | { readonly kind: 'go-to'; readonly name: string; readonly at: Origin }
  /** `place` is what `findInventorySecret` takes. */
  | { readonly kind: 'move-secret'; readonly place: string }
  | { readonly kind: 'add-tag'; readonly device: string; readonly tag: string; readonly credential: string }
  | { readonly kind: 'pin'; readonly device: string }
  /** `until` is where the date stands, the rest of the profile beside it. */
  | { readonly kind: 'extend-profile'; readonly at: Origin; readonly until: string; readonly by: string }
  | { readonly kind: 'remove-profile'; readonly device: string }

const movable = /^(?:a password|an enable secret|a private key) /
const mostTags = 3

/** The fixes of one problem, the best first; none where a person has to think. */
export function problemFixes(files: WorkspaceFiles, problem: Problem): readonly ProblemFix[] {
  const { code, at, advice } = problem
  const offered = offeredName(advice)
  if (offered !== undefined) {
    const was = /"([^"]+)"/.exec(problem.message)?.[1]
    return was === undefined ? [] : [{ kind: 'replace', was, text: offered }]
  }
  if (code === 'secret-in-inventory' && movable.test(problem.message))
    return [{ kind: 'move-secret', place: `${at.file}:${at.line}:${at.column}` }]
  if (code.startsWith('duplicate-')) return goToOther(problem)
  const device = deviceAt(files, at)
  if (code === 'no-candidate' && device) return [...tagsThatApply(files, device), { kind: 'pin', device: device.name }]
  if (code === 'ssh-profile-expired') return profileFixes(files, at)
  return []
}

/** Tags that would make a credential apply to a device that it may be sent to: the likeliest first. */
export function tagsThatApply(
  { credentials, inventory }: WorkspaceFiles,
  device: Device,
): readonly Extract<ProblemFix, { kind: 'add-tag' }>[] {
  const neighbours = inventory.devices.filter(
    ({ site, platform }) => site === device.site && platform === device.platform,
  )
  const weight = (tag: string) => neighbours.filter(({ tags }) => tags.includes(tag)).length
  return credentials
    .filter(
      (credential) => !credential.fallback && credential.tags.length > 0 && deviceScope(credential, device) !== 'no',
    )
    .map((credential) => {
      const [tag = ''] = credential.tags.toSorted((a, b) => weight(b) - weight(a))
      return { kind: 'add-tag' as const, device: device.name, tag, credential: credential.name }
    })
    .toSorted((a, b) => weight(b.tag) - weight(a.tag))
    .slice(0, mostTags)
}

function goToOther({ message }: Problem): readonly ProblemFix[] {
  const [, what = '', file, line, column] = /^(.*?) is also .*?\(?([^\s(]+):(\d+):(\d+)\)?$/.exec(message) ?? []
  if (file === undefined) return []
  const name = what.replace(/^.* /, '').replaceAll('"', '')
  return [{ kind: 'go-to', name, at: { file, line: Number(line), column: Number(column) } }]
}

function profileFixes({ inventory }: WorkspaceFiles, at: Origin): readonly ProblemFix[] {
  const concerned = inventory.devices.find(({ origins }) => samePlace(origins['ssh.until'], at))
  const until = concerned?.ssh.until
  const origin = concerned?.origins['ssh.until']
  if (!concerned || until === undefined || !origin) return []
  const year = Number(until.slice(0, 4)) + 1
  const extend: ProblemFix = { kind: 'extend-profile', at: origin, until, by: `${year}${until.slice(4)}` }
  return origin.layer === 'device' ? [extend, { kind: 'remove-profile', device: concerned.name }] : [extend]
}

function deviceAt({ inventory }: WorkspaceFiles, at: Origin): Device | undefined {
  return inventory.devices.find(({ origin }) => samePlace(origin, at))
}

function samePlace(a: Origin | undefined, b: Origin): boolean {
  return a !== undefined && a.file === b.file && a.line === b.line && a.column === b.column
}
