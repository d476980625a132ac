import { deviceStatuses } from '../../model.ts'
import type { DeviceValues } from '../inventory-schema.ts'
import { acceptDevice, type RawValue } from './accept-device.ts'
import { ansiblePlatforms } from './ansible-platforms.ts'
import {
  type AnsibleGroup,
  type AnsibleTree,
  type AnsibleVariable,
  type AnsibleVariables,
  groupsOfHosts,
  mergeOrder,
  parentsOf,
} from './ansible-tree.ts'
import { commonPlatforms } from './common-platforms.ts'
import { type NoteBook, openNoteBook } from './import-notes.ts'
import type { Imported, ImportedDevice, ImportedGroup } from './imported.ts'
import { jumpHostOfArguments } from './jump-host-name.ts'
import { holdsSecret, isSecretName, noteLogin, noteSecret } from './secret-names.ts'

/** Groups that every inventory of Ansible has. */
const builtIn = new Set(['all', 'ungrouped'])

/** Connections that end at a shell or a CLI over SSH, or go beside it on a device that has one. */
const overSsh = /(?:^|\.)(?:ssh|paramiko|paramiko_ssh|smart|network_cli|netconf|httpapi|libssh|grpc)$/

/**
 * Ansible's hosts as devices. Groups become groups and tags, because credentials are chosen by tags; Ansible's own precedence
 * of variables is kept. Variables that start with `netlatch_` are what an export wrote, and win.
 */
export function importAnsible(tree: AnsibleTree): Imported {
  const notes = openNoteBook()
  const order = mergeOrder(tree)
  const memberships = groupsOfHosts(tree)
  const devices: ImportedDevice[] = []
  const taggedByHost = new Map<string, boolean>()
  for (const [name, host] of tree.hosts) {
    const own = (memberships.get(name) ?? []).filter((group) => !builtIn.has(group))
    const groups = order(memberships.get(name) ?? [])
    const variables = merge(groups, host.variables)
    const device = toDevice({ name, at: host.at, variables, groups: own }, notes)
    if (!device) continue
    devices.push(device)
    const isTagged = variables.has('netlatch_tags')
    for (const { name: group } of groups) taggedByHost.set(group, (taggedByHost.get(group) ?? true) && isTagged)
  }
  const jumpHosts = new Set(devices.flatMap(({ values }) => values.jump_host ?? []))
  return { devices, groups: groupsFor(tree, taggedByHost), jumpHosts: [...jumpHosts], notes: notes.notes() }
}

function merge(groups: readonly AnsibleGroup[], own: AnsibleVariables): AnsibleVariables {
  const merged = new Map<string, AnsibleVariable>()
  for (const { variables } of groups) for (const [name, variable] of variables) merged.set(name, variable)
  for (const [name, variable] of own) merged.set(name, variable)
  return merged
}

/** Groups with a device in them. Without tags where an export said the tags of every device by itself. */
function groupsFor(tree: AnsibleTree, taggedByHost: ReadonlyMap<string, boolean>): readonly ImportedGroup[] {
  const parents = parentsOf(tree)
  return [...taggedByHost.keys()].flatMap((name): readonly ImportedGroup[] => {
    const group = tree.groups.get(name)
    if (!group || builtIn.has(name)) return []
    const above = (parents.get(name) ?? []).filter((parent) => !builtIn.has(parent))
    return [{ name, groups: above, tags: taggedByHost.get(name) ? [] : [name], at: group.at }]
  })
}

interface Host {
  readonly name: string
  readonly at: ImportedDevice['at']
  readonly variables: AnsibleVariables
  readonly groups: readonly string[]
}

function toDevice({ name, at, variables, groups }: Host, notes: NoteBook): ImportedDevice | undefined {
  const text = (key: string): string | undefined => {
    const value = variables.get(key)?.value
    return typeof value === 'string' || typeof value === 'number' ? String(value) : undefined
  }
  const connection = text('ansible_connection')
  const networkOs = variables.get('netlatch_platform') ?? variables.get('ansible_network_os')
  const isLocal = connection === 'local' && networkOs !== undefined
  if (connection !== undefined && !overSsh.test(connection) && !isLocal) {
    notes.add('skipped', `ansible_connection ${connection.slice(0, 40)}`, name, at)
    return undefined
  }
  const address = variables.get('netlatch_host') ?? variables.get('ansible_host') ?? variables.get('ansible_ssh_host')
  if (typeof address?.value === 'string' && address.value.includes('{{')) {
    notes.add('skipped', 'ansible_host is a template', name, address.at, 'Give it an address that can be read.')
    return undefined
  }
  const hop = variables.has('netlatch_jump_host') ? undefined : jumpHostOf(variables)
  if (hop && 'refused' in hop) {
    const advice = 'Give that hop a Host of its own in ~/.ssh/config, and name it in ProxyJump.'
    notes.add('skipped', `the jump host "${hop.refused}" is more than a name`, name, at, advice)
    return undefined
  }
  noteLogins(name, at, variables, notes)
  return acceptDevice(
    {
      name,
      at,
      values: {
        host: address ?? { value: name },
        port: ofSsh(connection) ? (variables.get('ansible_port') ?? variables.get('ansible_ssh_port')) : undefined,
        platform: networkOs ?? pick(variables, ['platforms', 'platform']),
        transport: variables.get('netlatch_transport'),
        status: status(variables),
        site: variables.get('netlatch_site') ?? pick(variables, ['sites', 'site']),
        role: variables.get('netlatch_role') ?? pick(variables, ['device_roles', 'roles', 'role']),
        groups: { value: variables.get('netlatch_groups')?.value ?? groups },
        tags: variables.get('netlatch_tags') ?? listOfTexts(variables.get('tags')),
        ...(hop && { jump_host: { value: hop.name } }),
        ...netlatchOnly(variables),
      },
    },
    networkOs ? ansiblePlatforms : commonPlatforms,
    notes,
  )
}

/** What an export wrote because Ansible has no word for it. */
function netlatchOnly(variables: AnsibleVariables): Partial<Record<keyof DeviceValues, RawValue>> {
  const given = (['realm', 'jump_host', 'credential', 'expect', 'ssh'] as const).flatMap((key) => {
    const variable = variables.get(`netlatch_${key}`)
    return variable ? [[key, variable] as const] : []
  })
  return Object.fromEntries(given)
}

/** The ports of other connections are not those of SSH. */
function ofSsh(connection: string | undefined): boolean {
  return connection === undefined || !/(?:netconf|httpapi|grpc)$/.test(connection)
}

/** NetBox's inventory plugin writes lists of one, or a text. */
function pick(variables: AnsibleVariables, keys: readonly string[]): RawValue | undefined {
  for (const key of keys) {
    const found = variables.get(key)
    const value: unknown = Array.isArray(found?.value) && found.value.length === 1 ? found.value[0] : found?.value
    if (found && typeof value === 'string' && !value.includes('{{')) return { ...found, value }
  }
  return undefined
}

function listOfTexts(variable: AnsibleVariable | undefined): RawValue | undefined {
  const value = variable?.value
  return Array.isArray(value) && value.every((each) => typeof each === 'string') ? variable : undefined
}

function status(variables: AnsibleVariables): RawValue | undefined {
  const own = variables.get('netlatch_status')
  if (own) return own
  const found = variables.get('status')
  const given: unknown = found?.value
  const value = typeof given === 'object' && given !== null && 'value' in given ? given.value : given
  return found && (deviceStatuses as readonly unknown[]).includes(value) ? { ...found, value } : undefined
}

function jumpHostOf(variables: AnsibleVariables) {
  for (const key of ['ansible_ssh_common_args', 'ansible_ssh_extra_args', 'ansible_ssh_args']) {
    const value = variables.get(key)?.value
    const hop = typeof value === 'string' ? jumpHostOfArguments(value) : undefined
    if (hop) return hop
  }
  return undefined
}

function noteLogins(device: string, at: Host['at'], variables: AnsibleVariables, notes: NoteBook): void {
  const user = (variables.get('ansible_user') ?? variables.get('ansible_ssh_user'))?.value
  const username = typeof user === 'string' ? user : undefined
  let hasSecret = false
  for (const [variable, found] of variables) {
    const isEnable = /become_pass/.test(variable)
    if (!isSecretName(variable) || !holdsSecret(found.value)) continue
    hasSecret ||= !isEnable
    noteSecret(notes, { variable, username, device, at: found.at })
  }
  if (!hasSecret) noteLogin(notes, username, device, at)
}
