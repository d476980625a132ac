import {
  type CandidateChange,
  type ChangeCause,
  compareCandidates,
  type FilesVersion,
} from '../credentials/compare-candidates.ts'
import { NetlatchError } from '../errors.ts'
import type { WorkspaceFiles } from '../load-files.ts'
import type { Problem } from '../model.ts'
import { refuseErrors } from '../workspace/load-workspace.ts'
import { originOf } from '../workspace/yaml-node.ts'
import type { Netlatch } from './netlatch.ts'

/** Which devices get other candidates by an edit of the files, and why. Neither history nor the network has a part in it. */
export interface ChangedCandidates {
  readonly since: { readonly revision: string; readonly commit: string }
  /** Absent: the files as they are now. */
  readonly until?: { readonly revision: string; readonly commit: string }
  /** Files of the workspace that differ, as messages call them. */
  readonly files: readonly string[]
  /** All devices of the later version. */
  readonly devices: number
  readonly changes: readonly CandidateChange[]
  /** The same by what changed and why, the largest first. */
  readonly groups: readonly ChangeGroup[]
  /** Active devices that would have no candidate, by this change. */
  readonly noCandidate: readonly string[]
  /** Mistakes in the earlier version: what they spoil is missing from the comparison. */
  readonly problemsBefore: readonly Problem[]
}

export interface ChangeGroup {
  /** `+ core-admin first, before tacacs-netops` */
  readonly change: string
  /** With the places on the first device. */
  readonly because: readonly ChangeCause[]
  readonly devices: readonly string[]
}

/**
 * Compares the files of a commit with those of now. `range` is a revision, `from..to`, or `from...to` for what `to` has done since
 * both parted; without `to`, the files now. Throws NOT_FOUND, GIT_FAILED, INPUT_INVALID when the later files have errors.
 */
export async function changedCandidates(netlatch: Netlatch, range: string): Promise<ChangedCandidates> {
  const [, from = range, dots, to] = /^(.*?)(\.{2,3})(.*)$/.exec(range) ?? []
  if (from === '')
    throw new NetlatchError('USAGE', `"${range}" names no earlier commit.`, { advice: 'As origin/main.' })
  const since = dots === '...' ? await netlatch.revisions.mergeBase(from, to || 'HEAD') : from
  const before = await netlatch.filesAt(since)
  const later = to ? await netlatch.filesAt(to) : undefined
  if (later) refuseErrors(later.problems)
  const after = later ?? netlatch
  const changes = compareCandidates(versionOf(before), versionOf(after))
  return {
    since: { revision: from, commit: before.commit },
    ...(to && later && { until: { revision: to, commit: later.commit } }),
    files: changedFiles(before, after),
    devices: after.inventory.devices.length,
    changes,
    groups: groupChanges(changes),
    noCandidate: changes.flatMap(({ device, after: names }) =>
      names?.length === 0 && device.status === 'active' && device.transport === 'ssh' ? [device.name] : [],
    ),
    problemsBefore: before.problems.filter(({ severity }) => severity === 'error'),
  }
}

function versionOf({ inventory, credentials, vaultFile }: WorkspaceFiles): FilesVersion {
  return {
    inventory,
    credentials,
    ...(vaultFile?.default !== undefined && { defaultCredential: vaultFile.default }),
    placeOf: (credential, field) => {
      if (!vaultFile) return { file: 'credentials.yaml', line: 1, column: 1 }
      return originOf(vaultFile.yaml, credential === undefined ? [field] : ['credentials', credential, field])
    },
  }
}

function changedFiles(before: WorkspaceFiles, after: WorkspaceFiles): readonly string[] {
  const textsOf = ({ workspace, inventory, vaultFile }: WorkspaceFiles) => {
    const sources = [workspace.source, ...inventory.files, vaultFile?.yaml]
    return new Map(sources.flatMap((source) => (source ? [[source.file, source.text] as const] : [])))
  }
  const was = textsOf(before)
  const is = textsOf(after)
  return [...new Set([...is.keys(), ...was.keys()])].filter((file) => was.get(file) !== is.get(file))
}

function groupChanges(changes: readonly CandidateChange[]): readonly ChangeGroup[] {
  const described = changes.map((change) => ({ ...change, change: describeChange(change) }))
  const keyOf = ({ change, because }: (typeof described)[number]) =>
    JSON.stringify([change, because.map(({ text }) => text)])
  const groups = [...Map.groupBy(described, keyOf).values()].flatMap((group): readonly ChangeGroup[] => {
    const [first] = group
    if (!first) return []
    return [{ change: first.change, because: first.because, devices: group.map(({ device }) => device.name) }]
  })
  return groups.toSorted((a, b) => b.devices.length - a.devices.length)
}

function describeChange({ before, after }: CandidateChange): string {
  if (!after) return `- device removed${before?.length ? ` (it had ${before.join(', ')})` : ''}`
  if (!before) return `+ new device: ${after.length > 0 ? after.join(', ') : 'no candidate'}`
  const added = after.filter((name) => !before.includes(name))
  const removed = before.filter((name) => !after.includes(name))
  const kept = after.filter((name) => before.includes(name))
  const keptBefore = before.filter((name) => after.includes(name))
  const moved = kept.find((name, index) => name !== keptBefore[index])
  const texts = [
    ...added.map((name) => `+ ${name}${placeText(name, after)}`),
    ...removed.map((name) => `- ${name} no longer applies`),
    ...(moved === undefined ? [] : [`${moved} now${placeText(moved, after)}`]),
  ]
  return `${texts.join('; ')}${after.length === 0 ? ', nothing left' : ''}`
}

function placeText(name: string, names: readonly string[]): string {
  const index = names.indexOf(name)
  if (names.length === 1) return ', the only one'
  return index === 0 ? ` first, before ${names[1]}` : ` after ${names[index - 1]}`
}
