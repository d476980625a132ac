import {
  type Coverage,
  type CoverageKey,
  type CredentialHealth,
  coverageReport,
  credentialHealth,
  credentialReach,
  type Device,
  formatAge,
  resultCode,
} from '@netlatch/core'
import { countDevices } from '../annotate/counts.ts'
import { inlineResult } from '../annotate/inline-result.ts'
import type { AnnotationSettings } from './annotation-methods.ts'
import type { Grouping } from './groupings.ts'
import type { LanguageWorkspace } from './language-workspace.ts'

export interface DeviceGroup {
  readonly name: string
  readonly devices: number
  readonly needsAttention: boolean
}

export interface DeviceEntry {
  readonly name: string
  /** Credential and age, or what is wrong. */
  readonly description: string
  readonly state: 'opened' | 'attention' | 'untested' | 'running' | 'skipped'
  readonly path: string
  readonly line: number
}

/** Groups of the Devices view: what needs attention first. */
export async function deviceGroups(workspace: LanguageWorkspace, by: Grouping): Promise<readonly DeviceGroup[]> {
  const groups = await grouped(workspace, by)
  const entries = [...groups].map(([name, devices]) => ({
    name,
    devices: devices.length,
    needsAttention: by === 'result' && name !== 'Opened' && name !== 'Untested' && name !== 'Not contacted',
  }))
  return entries.toSorted(
    (a, b) =>
      Number(b.needsAttention) - Number(a.needsAttention) || b.devices - a.devices || (a.name < b.name ? -1 : 1),
  )
}

/** Devices of one group, so many from the first wanted one: 10,000 are never built at once. */
export async function groupDevices(
  workspace: LanguageWorkspace,
  { by, group, first, most, settings }: GroupSlice & { readonly settings: AnnotationSettings },
): Promise<readonly DeviceEntry[]> {
  const devices = (await grouped(workspace, by)).get(group) ?? []
  return Promise.all(devices.slice(first, first + most).map((device) => deviceEntry(workspace, device, settings)))
}

export interface GroupSlice {
  readonly by: Grouping
  readonly group: string
  /** Counts from 0. */
  readonly first: number
  readonly most: number
}

async function grouped(workspace: LanguageWorkspace, by: Grouping): Promise<ReadonlyMap<string, Device[]>> {
  const { inventory } = await workspace.files()
  const groups = new Map<string, Device[]>()
  for (const device of inventory.devices)
    for (const name of groupNames(workspace, device, by)) groups.set(name, [...(groups.get(name) ?? []), device])
  return groups
}

function groupNames({ standing }: LanguageWorkspace, device: Device, by: Grouping): readonly string[] {
  if (by === 'site') return [device.site ?? '(no site)']
  if (by === 'platform') return [device.platform]
  if (by === 'tag') return device.tags.length > 0 ? device.tags : ['(no tag)']
  if (device.status !== 'active' || device.transport !== 'ssh') return ['Not contacted']
  const record = standing.records.get(device.name)
  if (!record) return ['Untested']
  if (!resultCode(record.code).needsAttention) return ['Opened']
  const text = record.message.slice(device.name.length + 2)
  return [text.charAt(0).toUpperCase() + text.slice(1)]
}

async function deviceEntry(
  workspace: LanguageWorkspace,
  device: Device,
  { staleAfterDays }: AnnotationSettings,
): Promise<DeviceEntry> {
  const { standing, live, running } = workspace
  const { name, origin } = device
  const record = standing.records.get(name)
  const netlatch = await workspace.files()
  const now = netlatch.now()
  const text = inlineResult(
    device,
    { record, live: live.get(name), isRunning: running.has(name) },
    { now, staleAfterMs: staleAfterDays * 86_400_000, maxLength: 80 },
  )
  const isOpened = record !== undefined && !resultCode(record.code).needsAttention && record.credential !== null
  return {
    name,
    description: isOpened
      ? `${record.credential} · ${formatAge(record.testedAt, now)}`
      : (text?.text.replace(/^[✓✗!○–⟳] /, '') ?? device.status),
    state: running.has(name)
      ? 'running'
      : device.status !== 'active' || device.transport !== 'ssh'
        ? 'skipped'
        : isOpened
          ? 'opened'
          : record
            ? 'attention'
            : 'untested',
    path: workspace.pathOf(origin.file),
    line: origin.line,
  }
}

export interface Totals {
  readonly devices: number
  readonly opened: number
  readonly attention: number
}

export async function totals(workspace: LanguageWorkspace): Promise<Totals> {
  const { inventory } = await workspace.files()
  return countDevices(inventory.devices, workspace.standing.records)
}

export interface CredentialEntry {
  readonly name: string
  readonly username: string
  readonly realm: string
  readonly tags: readonly string[]
  readonly hosts: readonly string[]
  readonly opens: number
  readonly applies: number
  readonly findings: readonly { readonly kind: string; readonly text: string }[]
  readonly path: string
  readonly line: number
}

/** The vault's public part, with how each credential fares. */
export async function credentialEntries(workspace: LanguageWorkspace): Promise<readonly CredentialEntry[]> {
  const netlatch = await workspace.files()
  const health = await healthOf(workspace)
  const opens = new Map<string, number>()
  for (const { credential, code } of workspace.standing.records.values())
    if (credential !== null && !resultCode(code).needsAttention) opens.set(credential, (opens.get(credential) ?? 0) + 1)
  return netlatch.credentials.map((credential) => ({
    name: credential.name,
    username: credential.username,
    realm: credential.realm ?? '',
    tags: credential.tags,
    hosts: credential.hosts,
    opens: opens.get(credential.name) ?? 0,
    applies: credentialReach(netlatch, credential).inScope.length,
    findings: health.find((each) => each.credential === credential.name)?.findings ?? [],
    path: workspace.pathOf(credential.origin.file),
    line: credential.origin.line,
  }))
}

export interface CoverageView {
  readonly coverage: Coverage
  readonly health: readonly CredentialHealth[]
  readonly attention: readonly DeviceEntry[]
  readonly now: Date
}

const mostAttention = 200

/** Undefined where nothing was ever tested: there is no state to count, and none is made for looking. */
export async function coverageView(
  workspace: LanguageWorkspace,
  { by, settings }: { by: CoverageKey; settings: AnnotationSettings },
): Promise<CoverageView | undefined> {
  const netlatch = await workspace.files()
  if (workspace.standing.version === -1) return undefined
  const { devices } = netlatch.inventory
  const active = devices.filter(({ status }) => status === 'active')
  const { records } = workspace.standing
  const attention = active.filter(({ name }) => {
    const record = records.get(name)
    return record && resultCode(record.code).needsAttention
  })
  return {
    coverage: await coverageReport(netlatch, active, { by, staleAfterMs: settings.staleAfterDays * 86_400_000 }),
    health: await healthOf(workspace),
    attention: await Promise.all(
      attention.slice(0, mostAttention).map((device) => deviceEntry(workspace, device, settings)),
    ),
    now: netlatch.now(),
  }
}

async function healthOf(workspace: LanguageWorkspace): Promise<readonly CredentialHealth[]> {
  return workspace.standing.version === -1 ? [] : credentialHealth(await workspace.files())
}
